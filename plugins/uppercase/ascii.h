// plugins/uppercase/ascii.h - ASCII letters in upper case, in place.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "vector_loop.h"

namespace berth::uppercase {

// A letter and its upper case differ in one bit.
inline constexpr unsigned char kCaseBit = 'a' ^ 'A';

inline void toUpper(Vector& vector) noexcept {
    const Vector letters = static_cast<Vector>(vector - 'a' < 26);
    vector ^= letters & kCaseBit;
}
inline void toUpper(unsigned char& byte) noexcept {
    if (byte >= 'a' && byte <= 'z') byte ^= kCaseBit;
}

// Every byte that is no letter of a to z stays as it is.
void toUpperAscii(std::span<std::byte> bytes) noexcept;

// How many bytes at the front of the text are ASCII.
[[nodiscard]] std::size_t asciiLength(std::string_view text) noexcept;

}  // namespace berth::uppercase
