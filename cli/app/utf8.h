// cli/app/utf8.h - takes characters off the front of bytes that should be UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace berth::cli {

[[nodiscard]] constexpr std::uint8_t byteOf(char value) noexcept {
    return static_cast<std::uint8_t>(value);
}

struct Utf8Character {
    enum class Kind { Valid, Invalid, Incomplete };

    Kind kind = Kind::Invalid;
    std::size_t size = 1;  // bytes; of an invalid one: 1
    std::uint32_t code = 0;
};

// The character at the front. Incomplete means that the bytes end before it does.
// Requires: bytes not empty.
[[nodiscard]] Utf8Character nextCharacter(std::string_view bytes) noexcept;

[[nodiscard]] bool isUtf8(std::string_view bytes) noexcept;

// How many columns of a terminal the text takes.
[[nodiscard]] std::size_t displayWidth(std::string_view text) noexcept;

// Spaces behind the text make it that many columns wide, or it is wider.
[[nodiscard]] std::string padded(const std::string& text, std::size_t width);

// The longest front of the text that takes at most `columns`.
[[nodiscard]] std::string_view fitting(std::string_view text, std::size_t columns) noexcept;

}  // namespace berth::cli
