// plugins/uppercase/line_search.cpp - passes over what begins no such line, many bytes at once.
#include "line_search.h"

#include <algorithm>

#include "ascii.h"
#include "berth/detail/require.h"
#include "vector_loop.h"

namespace berth::uppercase {
namespace {

constexpr std::size_t kBlock = 8 * kVectorSize;

void addHits(Vector& hits, const Vector& here, const unsigned char* text,
             unsigned char first) noexcept {
    Vector next;
    load(next, text + 1);
    hits |= static_cast<Vector>(here == '\n') & static_cast<Vector>(next == first);
}

// Counts the bytes at the front of text[0..size) that can be passed over: none of them is a "\n"
// before the word's first character. Looks at text[size] too.
struct SkipLoop {
    std::size_t operator()(const unsigned char* text, std::size_t size,
                           unsigned char first) const noexcept {
        std::size_t at = 0;
        for (; size - at >= kBlock; at += kBlock) {
            Vector hits{};
            for (auto i = at; i < at + kBlock; i += kVectorSize) look(hits, text + i, first);
            if (!isZero(hits)) break;
        }
        for (; size - at >= kVectorSize; at += kVectorSize) {
            Vector hits{};
            look(hits, text + at, first);
            if (!isZero(hits)) break;
        }
        return at;
    }

    static void look(Vector& hits, const unsigned char* text, unsigned char first) noexcept {
        Vector here;
        load(here, text);
        addHits(hits, here, text, first);
    }
};

// The same, and makes what it passes over upper case: the bytes come from memory once for both.
struct UpperSkipLoop {
    std::size_t operator()(unsigned char* text, std::size_t size,
                           unsigned char first) const noexcept {
        std::size_t at = 0;
        for (; size - at >= 4 * kVectorSize; at += 4 * kVectorSize) {
            auto* const begin = text + at;
            Vector hits{};
            // By name: of an array the compiler would make memory.
            Vector a;
            Vector b;
            Vector c;
            Vector d;
            look(hits, a, begin, first);
            look(hits, b, begin + kVectorSize, first);
            look(hits, c, begin + 2 * kVectorSize, first);
            look(hits, d, begin + 3 * kVectorSize, first);
            if (!isZero(hits)) break;
            put(a, begin);
            put(b, begin + kVectorSize);
            put(c, begin + 2 * kVectorSize);
            put(d, begin + 3 * kVectorSize);
        }
        for (; size - at >= kVectorSize; at += kVectorSize) {
            Vector hits{};
            Vector here;
            look(hits, here, text + at, first);
            if (!isZero(hits)) break;
            put(here, text + at);
        }
        return at;
    }

    static void look(Vector& hits, Vector& here, const unsigned char* text,
                     unsigned char first) noexcept {
        load(here, text);
        addHits(hits, here, text, first);
    }
    static void put(Vector& vector, unsigned char* text) noexcept {
        toUpper(vector);
        store(vector, text);
    }
};

bool beginsWithLine(std::string_view text, std::string_view word) noexcept {
    if (!text.starts_with(word)) return false;
    const auto end = text.substr(word.size());
    return end.starts_with('\n') || end.starts_with("\r\n");
}

// The bytes of an object may be looked at as characters.
std::string_view textOf(std::span<const unsigned char> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// `pass` passes over many bytes, `passOne` over one, in order; what is behind them is as it came.
template <class Byte, class Pass, class PassOne>
std::size_t search(std::span<Byte> bytes, std::string_view word, Pass pass,
                   PassOne passOne) noexcept {
    const auto text = textOf(bytes);
    const auto first = static_cast<unsigned char>(word.front());
    const auto size = std::max<std::size_t>(text.size(), 1) - 1;
    for (std::size_t at = 0; at < size;) {
        at += runVectorLoop(pass, bytes.data() + at, size - at, first);
        const auto stop = std::min(size, at + kVectorSize);
        for (; at < stop; ++at) {
            if (text[at] == '\n' && beginsWithLine(text.substr(at + 1), word)) return at + 1;
            passOne(bytes[at]);
        }
    }
    if (!text.empty()) passOne(bytes.back());
    return std::string_view::npos;
}

}  // namespace

std::size_t findLine(std::string_view text, std::string_view word) noexcept {
    BERTH_REQUIRE(!word.empty());
    const std::span bytes(reinterpret_cast<const unsigned char*>(text.data()), text.size());
    return search(bytes, word, SkipLoop{}, [](unsigned char) {});
}

std::size_t upperToLine(std::span<std::byte> text, std::string_view word) noexcept {
    BERTH_REQUIRE(!word.empty());
    const std::span bytes(reinterpret_cast<unsigned char*>(text.data()), text.size());
    return search(bytes, word, UpperSkipLoop{}, [](unsigned char& byte) { toUpper(byte); });
}

}  // namespace berth::uppercase
