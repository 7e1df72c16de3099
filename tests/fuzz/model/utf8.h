// tests/fuzz/model/utf8.h - UTF-8 by the table of the Unicode standard (3-7).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace berth::fuzz {

// The character that the text begins with and how many bytes it has; no bytes when it begins with
// none.
struct Character {
    char32_t value = 0;
    std::size_t bytes = 0;
};

[[nodiscard]] inline Character firstCharacter(std::string_view text) {
    const auto byte = [&](std::size_t at) -> char32_t {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
    };
    const auto in = [](char32_t value, char32_t least, char32_t most) {
        return value >= least && value <= most;
    };
    const auto tail = [&](std::size_t at) { return in(byte(at), 0x80, 0xBF); };
    const auto a = byte(0);
    const auto b = byte(1);
    if (text.empty()) return {};
    if (a < 0x80) return {a, 1};
    if (in(a, 0xC2, 0xDF) && tail(1)) return {((a & 0x1FU) << 6U) | (b & 0x3FU), 2};
    const bool three = (a == 0xE0 && in(b, 0xA0, 0xBF)) || (in(a, 0xE1, 0xEC) && tail(1)) ||
                       (a == 0xED && in(b, 0x80, 0x9F)) || (in(a, 0xEE, 0xEF) && tail(1));
    if (three && tail(2)) {
        return {((a & 0xFU) << 12U) | ((b & 0x3FU) << 6U) | (byte(2) & 0x3FU), 3};
    }
    const bool four = (a == 0xF0 && in(b, 0x90, 0xBF)) || (in(a, 0xF1, 0xF3) && tail(1)) ||
                      (a == 0xF4 && in(b, 0x80, 0x8F));
    if (four && tail(2) && tail(3)) {
        return {((a & 0x7U) << 18U) | ((b & 0x3FU) << 12U) | ((byte(2) & 0x3FU) << 6U) |
                    (byte(3) & 0x3FU),
                4};
    }
    return {};
}

[[nodiscard]] inline bool isUtf8(std::string_view text) {
    while (!text.empty()) {
        const auto character = firstCharacter(text);
        if (character.bytes == 0) return false;
        text.remove_prefix(character.bytes);
    }
    return true;
}

// Requires: a value that Unicode has.
[[nodiscard]] inline std::string toUtf8(char32_t value) {
    const auto low = [&](unsigned shift) {
        return static_cast<char>(0x80U | ((value >> shift) & 0x3FU));
    };
    if (value < 0x80) return {static_cast<char>(value)};
    if (value < 0x800) return {static_cast<char>(0xC0U | (value >> 6U)), low(0)};
    if (value < 0x10000) return {static_cast<char>(0xE0U | (value >> 12U)), low(6), low(0)};
    return {static_cast<char>(0xF0U | (value >> 18U)), low(12), low(6), low(0)};
}

}  // namespace berth::fuzz
