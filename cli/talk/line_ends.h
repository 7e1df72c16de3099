// cli/talk/line_ends.h - how the lines that are sent end.
#pragma once

#include <string>
#include <string_view>

namespace berth::cli {

enum class LineEnd { Newline, CarriageReturnNewline, None };

[[nodiscard]] constexpr std::string_view textOf(LineEnd end) noexcept {
    switch (end) {
        case LineEnd::Newline:
            return "\n";
        case LineEnd::CarriageReturnNewline:
            return "\r\n";
        case LineEnd::None:
            break;
    }
    return "";
}

// Gives each "\n" in a stream the wanted end, wherever the stream is split. "\r\n" stays as it is.
class LineEnds {
public:
    explicit LineEnds(LineEnd end) noexcept : end_(end) {}
    [[nodiscard]] std::string convert(std::string_view bytes);

private:
    LineEnd end_;
    char last_ = '\0';
};

}  // namespace berth::cli
