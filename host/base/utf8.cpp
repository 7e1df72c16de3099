// host/base/utf8.cpp - decodes one sequence at a time.
#include "host/base/utf8.h"

#include <Poco/UTF8Encoding.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "berth/detail/require.h"
#include "berth/detail/utf8.h"
#include "host/base/blanks.h"

namespace berth::host {
namespace {

struct Range {
    std::int32_t first;
    std::int32_t last;
};
// The blocks that terminals draw two columns wide (Unicode Standard Annex 11, abridged).
constexpr std::array kWide{Range{0x1100, 0x115f},   Range{0x2e80, 0x303e},  Range{0x3041, 0xa4cf},
                           Range{0xac00, 0xd7a3},   Range{0xf900, 0xfaff},  Range{0xfe30, 0xfe6f},
                           Range{0xff00, 0xff60},   Range{0xffe0, 0xffe6},  Range{0x1f300, 0x1f64f},
                           Range{0x1f900, 0x1f9ff}, Range{0x20000, 0x3fffd}};

// C1 controls, marks of direction, separators of lines, embeddings and isolates.
constexpr std::array kActing{Range{0x80, 0x9f},     Range{0x61c, 0x61c},   Range{0x200e, 0x200f},
                             Range{0x2028, 0x202e}, Range{0x2066, 0x2069}, Range{0xfeff, 0xfeff}};

template <std::size_t size>
bool within(const std::array<Range, size>& ranges, std::int32_t character) {
    return std::ranges::any_of(ranges, [character](Range range) {
        return range.first <= character && character <= range.last;
    });
}

const unsigned char* bytesOf(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::size_t utf8Length(std::string_view text) noexcept {
    return detail::utf8Length(text);
}

std::size_t utf8Columns(std::string_view sequence) noexcept {
    BERTH_REQUIRE(utf8Length(sequence) == sequence.size());
    return within(kWide, Poco::UTF8Encoding().convert(bytesOf(sequence))) ? 2 : 1;
}

bool actsOnTerminal(std::string_view sequence) noexcept {
    BERTH_REQUIRE(utf8Length(sequence) == sequence.size());
    if (sequence.size() == 1) return isControl(sequence.front());
    return within(kActing, Poco::UTF8Encoding().convert(bytesOf(sequence)));
}

std::string visibleLine(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const auto length = utf8Length(text);
        const auto taken = text.substr(0, std::max<std::size_t>(length, 1));
        text.remove_prefix(taken.size());
        if (length != 0 && !actsOnTerminal(taken)) {
            result += taken;
            continue;
        }
        for (const char c : taken) {
            const auto byte = static_cast<unsigned char>(c);
            result += {'\\', 'x', kDigits[byte >> 4U], kDigits[byte & 15U]};
        }
    }
    return result;
}

std::string wellFormedUtf8(std::string_view text) {
    return detail::wellFormedUtf8(text);
}

}  // namespace berth::host
