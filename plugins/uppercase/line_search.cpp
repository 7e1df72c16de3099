// plugins/uppercase/line_search.cpp - passes over what begins no such line, many bytes at once.
#include "line_search.h"

#include <algorithm>

#include "vector_loop.h"

namespace berth::uppercase {
namespace {

constexpr std::size_t kBlock = 8 * kVectorSize;

// Counts the bytes at the front of text[0..size) that can be passed over: none of them is a "\n"
// before the word's first character. Looks at text[size] too.
struct SkipLoop {
    std::size_t operator()(const char* text, std::size_t size, unsigned char first) const noexcept {
        std::size_t at = 0;
        for (; size - at >= kBlock; at += kBlock) {
            Vector hits{};
            for (auto i = at; i < at + kBlock; i += kVectorSize) addHits(hits, text + i, first);
            if (!isZero(hits)) break;
        }
        for (; size - at >= kVectorSize; at += kVectorSize) {
            Vector hits{};
            addHits(hits, text + at, first);
            if (!isZero(hits)) break;
        }
        return at;
    }

    static void addHits(Vector& hits, const char* text, unsigned char first) noexcept {
        Vector here;
        Vector next;
        load(here, text);
        load(next, text + 1);
        hits |= static_cast<Vector>(here == '\n') & static_cast<Vector>(next == first);
    }
};

bool beginsWithLine(std::string_view text, std::string_view word) noexcept {
    if (!text.starts_with(word)) return false;
    const auto end = text.substr(word.size());
    return end.starts_with('\n') || end.starts_with("\r\n");
}

}  // namespace

std::size_t findLine(std::string_view text, std::string_view word) noexcept {
    const auto first = static_cast<unsigned char>(word.front());
    const auto size = std::max<std::size_t>(text.size(), 1) - 1;
    for (std::size_t at = 0; at < size;) {
        at += runVectorLoop(SkipLoop{}, text.data() + at, size - at, first);
        const auto stop = std::min(size, at + kVectorSize);
        for (; at < stop; ++at) {
            if (text[at] == '\n' && beginsWithLine(text.substr(at + 1), word)) return at + 1;
        }
    }
    return std::string_view::npos;
}

}  // namespace berth::uppercase
