// plugins/exec/placeholder_parser.h - reads one {placeholder} of a command template.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "exec/parameter.h"

namespace berth::exec {

// Lifetime: borrows the text.
class PlaceholderParser {
public:
    // The placeholder's brace is the byte of `text` at `open`.
    PlaceholderParser(std::string_view text, std::size_t open) noexcept
        : text_(text), open_(open), at_(open + 1) {}

    // Throws: ValueError whose offset points into the text.
    [[nodiscard]] Parameter parse();
    // The offset behind the closing brace. Requires: parse() returned.
    [[nodiscard]] std::size_t end() const noexcept { return at_; }

private:
    [[nodiscard]] std::string takeName();
    void takeMark(Parameter& parameter);
    void takeType(Parameter& parameter);
    void takePattern(Parameter& parameter);
    [[nodiscard]] bool at(std::string_view token) const noexcept;

    std::string_view text_;
    std::size_t open_;
    std::size_t at_;
};

}  // namespace berth::exec
