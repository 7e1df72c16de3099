// host/base/blanks.h - what separates the words of a line, and whatever cannot be shown.
#pragma once

#include <string_view>

namespace berth::host {

inline constexpr std::string_view kBlanks = " \t";

[[nodiscard]] constexpr bool isBlank(char c) noexcept {
    return kBlanks.find(c) != std::string_view::npos;
}

[[nodiscard]] constexpr bool isControl(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

// Without the blanks at either end.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace berth::host
