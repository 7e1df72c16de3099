// cli/app/utf8.cpp
#include "cli/app/utf8.h"

#include <algorithm>
#include <cwchar>

#include "berth/detail/require.h"

namespace berth::cli {
namespace {

// How many bytes a character has that begins with this one; 0 when none does.
std::size_t sizeByFirst(std::uint32_t first) noexcept {
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return 2;
    if (first >= 0xe0 && first <= 0xef) return 3;
    if (first >= 0xf0 && first <= 0xf4) return 4;
    return 0;
}

bool wellFormed(std::uint32_t code, std::size_t size) noexcept {
    if (code >= 0xd800 && code <= 0xdfff) return false;
    return size < 3 || (size == 3 && code >= 0x800) || (code >= 0x10000 && code <= 0x10ffff);
}

std::size_t columnsOf(const Utf8Character& character) noexcept {
    if (character.kind != Utf8Character::Kind::Valid) return 1;
    const int width = ::wcwidth(static_cast<wchar_t>(character.code));
    return width < 0 ? 1 : static_cast<std::size_t>(width);
}

}  // namespace

Utf8Character nextCharacter(std::string_view bytes) noexcept {
    BERTH_REQUIRE(!bytes.empty());
    const std::uint32_t first = byteOf(bytes.front());
    const auto size = sizeByFirst(first);
    if (size == 0) return {};
    auto code = size == 1 ? first : first & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if (i == bytes.size()) return {Utf8Character::Kind::Incomplete, i, 0};
        const std::uint32_t next = byteOf(bytes[i]);
        if ((next & 0xc0U) != 0x80) return {};
        code = (code << 6U) | (next & 0x3fU);
    }
    if (!wellFormed(code, size)) return {};
    return {Utf8Character::Kind::Valid, size, code};
}

bool isUtf8(std::string_view bytes) noexcept {
    while (!bytes.empty()) {
        const auto character = nextCharacter(bytes);
        if (character.kind != Utf8Character::Kind::Valid) return false;
        bytes.remove_prefix(character.size);
    }
    return true;
}

std::size_t displayWidth(std::string_view text) noexcept {
    std::size_t width = 0;
    while (!text.empty()) {
        const auto character = nextCharacter(text);
        width += columnsOf(character);
        text.remove_prefix(character.size);
    }
    return width;
}

std::string padded(const std::string& text, std::size_t width) {
    const auto taken = displayWidth(text);
    return text + std::string(width > taken ? width - taken : 0, ' ');
}

std::string_view fitting(std::string_view text, std::size_t columns) noexcept {
    std::size_t bytes = 0;
    std::size_t width = 0;
    while (bytes < text.size()) {
        const auto character = nextCharacter(text.substr(bytes));
        width += columnsOf(character);
        if (width > columns) break;
        bytes += character.size;
    }
    return text.substr(0, bytes);
}

}  // namespace berth::cli
