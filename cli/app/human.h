// cli/app/human.h - numbers as people read them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace berth::cli {

// "512 B", "1.5 KiB", "27.0 MiB".
[[nodiscard]] std::string humanBytes(std::uint64_t bytes);

// "0:05", "12:40", "1:02:03".
[[nodiscard]] std::string humanClock(std::chrono::seconds duration);

}  // namespace berth::cli
