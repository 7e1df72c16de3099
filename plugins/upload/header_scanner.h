// plugins/upload/header_scanner.h - finds where a JSON object ends in bytes that come in pieces.
#pragma once

#include <cstddef>
#include <string_view>

namespace berth::upload {

// Counts brackets outside strings, no more: whether the object is right is the parser's question.
//
// Threads: one at a time.
class HeaderScanner {
public:
    enum class State { Incomplete, Complete, NotAnObject, TooDeep };

    static constexpr std::size_t kMaxDepth = 16;

    // Looks at what was added to `text`, which begins with the object and only grows between
    // calls. After Complete, size() bytes are the object.
    [[nodiscard]] State scan(std::string_view text);
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    void take(char c);

    std::size_t size_ = 0;  // bytes looked at
    std::size_t depth_ = 0;
    bool inString_ = false;
    bool escaped_ = false;
    State state_ = State::Incomplete;
};

}  // namespace berth::upload
