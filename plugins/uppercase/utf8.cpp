// plugins/uppercase/utf8.cpp
#include "utf8.h"

#include <algorithm>

#include "berth/detail/require.h"

namespace berth::uppercase {
namespace {

unsigned byteAt(std::string_view text, std::size_t index) {
    return static_cast<unsigned char>(text[index]);
}

// What a first byte says: how long its character is, and the range of the byte after it, which
// rules out overlong forms, surrogates and what lies above U+10FFFF.
struct Lead {
    std::size_t length = 0;  // 0: no character starts with this byte
    unsigned leastSecond = 0x80;
    unsigned mostSecond = 0xBF;
};

Lead leadOf(unsigned byte) {
    if (byte < 0x80) return {.length = 1};
    if (byte < 0xC2) return {};
    if (byte < 0xE0) return {.length = 2};
    if (byte == 0xE0) return {.length = 3, .leastSecond = 0xA0};
    if (byte == 0xED) return {.length = 3, .mostSecond = 0x9F};
    if (byte < 0xF0) return {.length = 3};
    if (byte == 0xF0) return {.length = 4, .leastSecond = 0x90};
    if (byte < 0xF4) return {.length = 4};
    if (byte == 0xF4) return {.length = 4, .mostSecond = 0x8F};
    return {};
}

}  // namespace

Decoded decodeFront(std::string_view text) noexcept {
    BERTH_REQUIRE(!text.empty());
    const auto first = byteAt(text, 0);
    const auto lead = leadOf(first);
    if (lead.length == 0) return {};
    auto character =
        static_cast<char32_t>(lead.length == 1 ? first : first & (0x7FU >> lead.length));
    const auto present = std::min(lead.length, text.size());
    for (std::size_t i = 1; i < present; ++i) {
        const auto byte = byteAt(text, i);
        const auto least = i == 1 ? lead.leastSecond : 0x80;
        const auto most = i == 1 ? lead.mostSecond : 0xBF;
        if (byte < least || byte > most) return {};
        character = (character << 6) | (byte & 0x3F);
    }
    if (present < lead.length) return {Decoded::Kind::CutOff, 0, present};
    return {Decoded::Kind::Character, character, lead.length};
}

void appendUtf8(std::string& text, char32_t character) {
    BERTH_REQUIRE(character <= 0x10FFFF && (character < 0xD800 || character > 0xDFFF));
    const auto append = [&text](char32_t byte) { text += static_cast<char>(byte); };
    if (character < 0x80) return append(character);
    if (character < 0x800) {
        append(0xC0 | (character >> 6));
    } else if (character < 0x10000) {
        append(0xE0 | (character >> 12));
        append(0x80 | ((character >> 6) & 0x3F));
    } else {
        append(0xF0 | (character >> 18));
        append(0x80 | ((character >> 12) & 0x3F));
        append(0x80 | ((character >> 6) & 0x3F));
    }
    append(0x80 | (character & 0x3F));
}

}  // namespace berth::uppercase
