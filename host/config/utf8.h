// host/config/utf8.h - the shape of UTF-8 text, for what is printed and underlined.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace berth::host {

// The length of the well-formed UTF-8 sequence that `text` starts with; 0 when there is none.
[[nodiscard]] std::size_t utf8Length(std::string_view text) noexcept;

// Columns of a terminal that the sequence takes: 2 for East Asian wide characters, else 1.
// Requires: `sequence` is one well-formed sequence.
[[nodiscard]] std::size_t utf8Columns(std::string_view sequence) noexcept;

// The text with U+FFFD in place of each byte that is not part of a well-formed sequence.
[[nodiscard]] std::string wellFormedUtf8(std::string_view text);

}  // namespace berth::host
