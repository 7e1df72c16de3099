// tests/support/bytes.h - bytes that show what was lost, doubled or mixed up on their way.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace berth::test {

// What a handler received, as text.
inline std::string text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Every byte differs from its neighbours, so that a lost or doubled piece shows. Patterns of
// different seeds differ from their first byte on.
inline std::string pattern(std::size_t size, std::size_t seed = 0) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<char>((seed + i * 7 + (i + seed * 13) / 251) & 0xff);
    }
    return bytes;
}

}  // namespace berth::test
