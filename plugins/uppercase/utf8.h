// plugins/uppercase/utf8.h - decodes and encodes one character at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace berth::uppercase {

// The front of a text: a character, the beginning of one that is cut off, or neither.
struct Decoded {
    enum class Kind { Character, CutOff, Invalid };

    Kind kind = Kind::Invalid;
    char32_t character = 0;
    std::size_t length = 1;  // bytes; 1 for an invalid one
};

// Strict: no overlong forms, no surrogates, nothing above U+10FFFF. Requires: text not empty.
[[nodiscard]] Decoded decodeFront(std::string_view text) noexcept;

// Requires: `character` is one that decodeFront() can return.
void appendUtf8(std::string& text, char32_t character);

}  // namespace berth::uppercase
