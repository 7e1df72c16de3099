// host/control/server/line_reader.h - cuts a stream of bytes into lines of limited length.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace berth::host::control {

struct Line {
    std::string text;      // without its line end: "\n" or "\r\n"
    bool tooLong = false;  // then the text is empty; told once, the rest of the line is skipped
};

// Holds no more than the longest line and one chunk of input.
class LineReader {
public:
    explicit LineReader(std::size_t maxLength) : maxLength_(maxLength) {}

    void feed(std::string_view bytes);
    // No more bytes come: what is left without a line end is a line too.
    void finish() noexcept { finished_ = true; }
    // Bytes of a line are there, and its end is not.
    [[nodiscard]] bool inLine() const noexcept { return skipping_ || !pending_.empty(); }
    // The next line that is complete; none: feed more.
    [[nodiscard]] std::optional<Line> next();

private:
    std::optional<Line> take(std::size_t length, std::size_t lineEnd);

    std::size_t maxLength_;
    std::string pending_;
    bool skipping_ = false;
    bool finished_ = false;
};

}  // namespace berth::host::control
