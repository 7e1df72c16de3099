// cli/app/human.cpp
#include "cli/app/human.h"

#include <Poco/NumberFormatter.h>

#include <array>

namespace berth::cli {

std::string humanBytes(std::uint64_t bytes) {
    constexpr std::array kUnits{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024) return std::to_string(bytes) + " B";
    auto value = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    while (value >= 1023.95 && unit + 1 < kUnits.size()) {
        value /= 1024;
        ++unit;
    }
    return Poco::NumberFormatter::format(value, 1) + " " + kUnits[unit];
}

std::string humanClock(std::chrono::seconds duration) {
    const auto total = duration.count();
    const auto hours = total / 3600;
    const auto minutes = static_cast<int>(total / 60 % 60);
    const auto seconds = Poco::NumberFormatter::format0(static_cast<int>(total % 60), 2);
    if (hours == 0) return std::to_string(minutes) + ":" + seconds;
    return std::to_string(hours) + ":" + Poco::NumberFormatter::format0(minutes, 2) + ":" + seconds;
}

}  // namespace berth::cli
