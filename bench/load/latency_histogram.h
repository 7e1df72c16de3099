// bench/load/latency_histogram.h - counts latencies in buckets of bounded relative error.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace berth::bench {

// A log-linear histogram: 128 buckets of equal width for each power of two, so that a reported
// value is at most 1/128 (0.8 %) above the recorded one. Values below 256 ns are exact, and so is
// the maximum. Recording costs a few instructions and never allocates.
//
// Threads: none; each thread records into its own and they are merged at the end.
class LatencyHistogram {
public:
    // Negative values count as zero, values beyond 2^40 ns (18 minutes) as that.
    void record(std::chrono::nanoseconds latency) noexcept;
    void merge(const LatencyHistogram& other) noexcept;

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    [[nodiscard]] std::chrono::nanoseconds max() const noexcept;
    // The value that `percent` percent of the recorded ones do not exceed; zero when nothing was
    // recorded. Requires: 0 <= percent <= 100.
    [[nodiscard]] std::chrono::nanoseconds percentile(double percent) const noexcept;

private:
    static constexpr unsigned kPrecisionBits = 7;
    static constexpr unsigned kLargestBits = 40;
    static constexpr std::size_t kPerPower = std::size_t{1} << kPrecisionBits;
    static constexpr std::size_t kBuckets = (kLargestBits - kPrecisionBits + 1) * kPerPower;

    [[nodiscard]] static std::size_t bucketOf(std::uint64_t value) noexcept;
    [[nodiscard]] static std::uint64_t largestIn(std::size_t bucket) noexcept;

    std::array<std::uint64_t, kBuckets> buckets_{};
    std::uint64_t count_ = 0;
    std::uint64_t max_ = 0;
};

}  // namespace berth::bench
