// plugins/uppercase/ascii.h - ASCII letters in upper case, in place.
#pragma once

#include <cstddef>
#include <span>

namespace berth::uppercase {

// Every byte that is no letter of a to z stays as it is.
void toUpperAscii(std::span<std::byte> bytes) noexcept;

}  // namespace berth::uppercase
