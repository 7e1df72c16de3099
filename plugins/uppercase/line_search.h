// plugins/uppercase/line_search.h - finds a word that is a whole line of a text.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace berth::uppercase {

// Where the first line that is the word begins, or npos. The line must lie within the text with
// both its ends: it follows a "\n", and "\n" or "\r\n" follow it. Requires: the word is not empty.
[[nodiscard]] std::size_t findLine(std::string_view text, std::string_view word) noexcept;

// The same, and makes the ASCII letters before that line upper case; all of them when there is no
// such line.
[[nodiscard]] std::size_t upperToLine(std::span<std::byte> text, std::string_view word) noexcept;

}  // namespace berth::uppercase
