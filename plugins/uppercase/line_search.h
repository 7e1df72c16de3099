// plugins/uppercase/line_search.h - finds a word that is a whole line of a text.
#pragma once

#include <cstddef>
#include <string_view>

namespace berth::uppercase {

// Where the first line that is the word begins, or npos. The line must lie within the text with
// both its ends: it follows a "\n", and "\n" or "\r\n" follow it. Requires: the word is not empty.
[[nodiscard]] std::size_t findLine(std::string_view text, std::string_view word) noexcept;

}  // namespace berth::uppercase
