// berth/units.h - sizes and durations as people write them: 64K, 1.5G, 30s, 5m, 250ms, 1h30m.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "berth/api.h"

namespace berth {

// A number of bytes.
struct ByteCount {
    std::uint64_t value = 0;
    auto operator<=>(const ByteCount&) const = default;
};

// "64K", "1.5M", "10 GiB", "0", "4096"; K, M, G, T are powers of 1,024; a trailing B or iB is
// accepted. Nothing when the text is no size, is no whole number of bytes or does not fit.
[[nodiscard]] BERTH_API std::optional<ByteCount> parseByteCount(std::string_view text);
// The shortest text that parses back to exactly this size: "64K", "1000".
[[nodiscard]] BERTH_API std::string formatByteCount(ByteCount size);

// What a duration can be at most: a point in time that far ahead can still be computed.
inline constexpr std::chrono::milliseconds kLongestDuration = std::chrono::hours(24 * 36'500);

// "30s", "500ms", "5m", "1.5h", "1h30m", "2d", and "0". A number other than 0 needs its unit, and
// larger units come first. Nothing when the text is no duration or is beyond kLongestDuration.
[[nodiscard]] BERTH_API std::optional<std::chrono::milliseconds> parseDuration(
    std::string_view text);
// In the largest units, and so that it parses back: "5m", "1h30m", "250ms", "0".
[[nodiscard]] BERTH_API std::string formatDuration(std::chrono::milliseconds duration);

}  // namespace berth
