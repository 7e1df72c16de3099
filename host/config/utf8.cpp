// host/config/utf8.cpp - decodes one sequence at a time.
#include "host/config/utf8.h"

#include <Poco/UTF8Encoding.h>

#include <algorithm>
#include <array>
#include <cstdint>

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

const unsigned char* bytesOf(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::size_t utf8Length(std::string_view text) noexcept {
    if (text.empty()) return 0;
    const auto lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    if (length == 0 || text.size() < length) return 0;
    const auto legal = Poco::UTF8Encoding::isLegal(bytesOf(text), static_cast<int>(length));
    return legal ? length : 0;
}

std::size_t utf8Columns(std::string_view sequence) noexcept {
    const auto character = Poco::UTF8Encoding().convert(bytesOf(sequence));
    const auto wide = std::ranges::any_of(kWide, [character](Range range) {
        return range.first <= character && character <= range.last;
    });
    return wide ? 2 : 1;
}

std::string wellFormedUtf8(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const auto length = utf8Length(text);
        result += length == 0 ? std::string_view("\xef\xbf\xbd") : text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return result;
}

}  // namespace berth::host
