// sdk/src/characters.h - kinds of characters, whatever the locale says.
#pragma once

namespace berth {

[[nodiscard]] constexpr bool isBlank(char c) noexcept {
    return c == ' ' || c == '\t';
}

}  // namespace berth
