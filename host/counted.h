// host/counted.h - a number and what it counts, as text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace berth::host {

// `1 service`, `2 services`.
[[nodiscard]] inline std::string counted(std::uint64_t count, std::string_view noun) {
    return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace berth::host
