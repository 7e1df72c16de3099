// bench/load/latency_histogram.cpp - counts latencies in buckets of bounded relative error.
#include "bench/load/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "berth/detail/require.h"

namespace berth::bench {

void LatencyHistogram::record(std::chrono::nanoseconds latency) noexcept {
    constexpr auto kLargest = (std::uint64_t{1} << kLargestBits) - 1;
    const auto value =
        std::min(static_cast<std::uint64_t>(std::max<std::int64_t>(latency.count(), 0)), kLargest);
    ++buckets_[bucketOf(value)];
    ++count_;
    max_ = std::max(max_, value);
}

void LatencyHistogram::merge(const LatencyHistogram& other) noexcept {
    std::ranges::transform(buckets_, other.buckets_, buckets_.begin(), std::plus<>());
    count_ += other.count_;
    max_ = std::max(max_, other.max_);
}

std::chrono::nanoseconds LatencyHistogram::max() const noexcept {
    return std::chrono::nanoseconds(max_);
}

std::chrono::nanoseconds LatencyHistogram::percentile(double percent) const noexcept {
    BERTH_REQUIRE(percent >= 0 && percent <= 100);
    const auto exact = std::ceil(percent / 100.0 * static_cast<double>(count_));
    const auto wanted = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(exact), 1,
                                                  std::max<std::uint64_t>(count_, 1));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
        seen += buckets_[bucket];
        if (seen >= wanted) return std::chrono::nanoseconds(std::min(largestIn(bucket), max_));
    }
    return max();
}

// The leading kPrecisionBits + 1 bits of the value choose the bucket; the rest is dropped.
std::size_t LatencyHistogram::bucketOf(std::uint64_t value) noexcept {
    const auto width = static_cast<std::size_t>(std::bit_width(value));
    const auto dropped = width > kPrecisionBits + 1 ? width - kPrecisionBits - 1 : 0;
    return kPerPower * dropped + static_cast<std::size_t>(value >> dropped);
}

std::uint64_t LatencyHistogram::largestIn(std::size_t bucket) noexcept {
    const auto dropped = bucket < 2 * kPerPower ? 0 : bucket / kPerPower - 1;
    const std::uint64_t leading = bucket - kPerPower * dropped;
    return ((leading + 1) << dropped) - 1;
}

}  // namespace berth::bench
