// host/control/protocol/text.h - what may stand in a line of the control protocol.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth::host::control {

// The first byte of `line` that no request may hold: a control character other than a tab, or a
// byte that is not UTF-8.
struct BadByte {
    std::size_t offset = 0;  // from 0
    std::uint8_t value = 0;
    bool controlCharacter = false;
};
[[nodiscard]] std::optional<BadByte> findBadByte(std::string_view line);

// The text as one line of a reply that is safe to show, as visibleLine() makes it.
[[nodiscard]] std::string printable(std::string_view text);

// The two largest units, as in "2h3m", "3m12s", "12s".
[[nodiscard]] std::string roughly(std::chrono::milliseconds duration);

}  // namespace berth::host::control
