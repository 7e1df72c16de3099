// bench/load/load_result.cpp - sums of a load run.
#include "bench/load/load_result.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace berth::bench {

std::uint64_t LoadResult::failed() const noexcept {
    return std::accumulate(failures.begin(), failures.end(), std::uint64_t{0});
}

double LoadResult::messagesPerSecond() const noexcept {
    return elapsed.count() > 0 ? static_cast<double>(messages) / elapsed.count() : 0;
}

double LoadResult::bytesPerSecond() const noexcept {
    return messagesPerSecond() * static_cast<double>(options.messageSize);
}

void LoadResult::count(Failure failure, const std::string& reason) {
    ++failures[static_cast<std::size_t>(failure)];
    if (firstError.empty()) firstError = reason;
}

void LoadResult::merge(const LoadResult& other) {
    opened += other.opened;
    messages += other.messages;
    elapsed = std::max(elapsed, other.elapsed);
    latency.merge(other.latency);
    std::ranges::transform(failures, other.failures, failures.begin(), std::plus<>());
    if (firstError.empty()) firstError = other.firstError;
}

}  // namespace berth::bench
