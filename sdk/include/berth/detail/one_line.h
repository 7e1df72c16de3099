// berth/detail/one_line.h - makes one line of a text that a library wrote.
#pragma once

#include <string>
#include <string_view>

namespace berth::detail {

// Line breaks become "; ", other control characters a blank; none at the ends.
[[nodiscard]] inline std::string oneLine(std::string_view text) {
    std::string line;
    std::string_view between;  // what to put before the next character
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n' || c == '\r') {
            between = "; ";
        } else if (byte <= ' ' || byte == 0x7f) {
            if (between.empty()) between = " ";
        } else {
            if (!line.empty()) line += between;
            between = {};
            line += c;
        }
    }
    return line;
}

}  // namespace berth::detail
