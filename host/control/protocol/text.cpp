// host/control/protocol/text.cpp
#include "host/control/protocol/text.h"

#include "berth/units.h"
#include "host/base/utf8.h"

namespace berth::host::control {
namespace {

constexpr std::uint8_t kDelete = 0x7f;

bool isControl(std::uint8_t byte) noexcept {
    return (byte < 0x20 && byte != '\t') || byte == kDelete;
}

// U+0080 to U+009F, upon which terminals act.
bool isC1Control(std::string_view character) noexcept {
    return character.size() == 2 && character[0] == '\xc2' &&
           static_cast<std::uint8_t>(character[1]) < 0xa0;
}

// Bytes of the character at `offset`; 0 when it may not stand in a line.
std::size_t characterLength(std::string_view text, std::size_t offset) noexcept {
    const auto length = utf8Length(text.substr(offset));
    if (isControl(static_cast<std::uint8_t>(text[offset]))) return 0;
    return isC1Control(text.substr(offset, length)) ? 0 : length;
}

}  // namespace

std::optional<BadByte> findBadByte(std::string_view line) {
    for (std::size_t offset = 0; offset < line.size();) {
        const auto length = characterLength(line, offset);
        if (length == 0) {
            const auto byte = static_cast<std::uint8_t>(line[offset]);
            return BadByte{offset, byte, utf8Length(line.substr(offset)) != 0 || isControl(byte)};
        }
        offset += length;
    }
    return std::nullopt;
}

std::string printable(std::string_view text) {
    return visibleLine(text);
}

std::string roughly(std::chrono::milliseconds duration) {
    using namespace std::chrono;
    if (duration >= days(1)) return formatDuration(duration_cast<hours>(duration));
    if (duration >= hours(1)) return formatDuration(duration_cast<minutes>(duration));
    const auto whole = duration_cast<seconds>(duration);
    return whole.count() == 0 ? "0s" : formatDuration(whole);
}

}  // namespace berth::host::control
