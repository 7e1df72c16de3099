// host/base/utf8.h - the shape of UTF-8 text, for what is printed and underlined.
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

// Whether a terminal acts upon the character, or it breaks the line, turns the direction of writing
// or hides: a control other than a tab, and the format characters that text is forged with.
// Requires: `sequence` is one well-formed sequence.
[[nodiscard]] bool actsOnTerminal(std::string_view sequence) noexcept;

// The text as one line that is safe to show: \xHH for each byte that is not UTF-8, and for those of
// each character that actsOnTerminal(). Names of files, sections and keys come from elsewhere.
[[nodiscard]] std::string visibleLine(std::string_view text);

// The text with U+FFFD in place of each byte that is not part of a well-formed sequence.
[[nodiscard]] std::string wellFormedUtf8(std::string_view text);

}  // namespace berth::host
