// bench/load/load_result.h - what a load run found.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "bench/load/latency_histogram.h"
#include "bench/load/load_options.h"

namespace berth::bench {

// How a connection failed. Each failed connection is counted once.
enum class Failure : std::size_t {
    Refused,      // nobody listens
    Reset,        // the server reset the connection
    ClosedEarly,  // the server closed it while replies, or silence, were due
    TimedOut,     // no reply in time
    WrongBytes,   // a reply differs from what was sent, or is longer
    Other         // anything else; LoadResult::firstError tells
};
inline constexpr std::size_t kFailureKinds = 6;

struct LoadResult {
    LoadOptions options;
    std::uint64_t opened = 0;                 // connections that got a first reply
    std::uint64_t messages = 0;               // whole replies within the measured time
    std::chrono::duration<double> elapsed{};  // the measured time
    LatencyHistogram latency;                 // Connect: from connect() to the whole reply
    std::array<std::uint64_t, kFailureKinds> failures{};
    std::string firstError;  // one line about the first failure; empty without one

    [[nodiscard]] std::uint64_t failed() const noexcept;
    // Connect: new connections a second.
    [[nodiscard]] double messagesPerSecond() const noexcept;
    // Payload in one direction.
    [[nodiscard]] double bytesPerSecond() const noexcept;

    void count(Failure failure, const std::string& reason);
    // Adds what another thread of the same run found.
    void merge(const LoadResult& other);
};

// A few lines for a person, the last one ended.
[[nodiscard]] std::string formatText(const LoadResult& result);
// One JSON object on one line, not ended. Latencies are in microseconds.
[[nodiscard]] std::string formatJson(const LoadResult& result);

}  // namespace berth::bench
