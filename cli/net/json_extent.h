// cli/net/json_extent.h - finds where a JSON object ends in a stream of bytes.
#pragma once

#include <cstddef>
#include <string_view>

namespace berth::cli {

// Counts braces and brackets outside strings. Whether the object is right is the parser's
// business; this only tells its extent, byte by byte, however the bytes are split.
class JsonExtent {
public:
    // How many of the bytes belong to the object or to blanks before it.
    [[nodiscard]] std::size_t feed(std::string_view bytes) noexcept;

    [[nodiscard]] bool begun() const noexcept { return depth_ > 0 || complete_; }
    [[nodiscard]] bool complete() const noexcept { return complete_; }
    // The bytes cannot be an object: another beginning, or nested too deeply.
    [[nodiscard]] bool broken() const noexcept { return broken_; }

private:
    void take(char value) noexcept;

    std::size_t depth_ = 0;
    bool inString_ = false;
    bool escaped_ = false;
    bool complete_ = false;
    bool broken_ = false;
};

}  // namespace berth::cli
