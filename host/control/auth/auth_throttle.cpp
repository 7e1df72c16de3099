// host/control/auth/auth_throttle.cpp
#include "host/control/auth/auth_throttle.h"

#include <algorithm>

namespace berth::host::control {
namespace {

constexpr std::size_t kMostSources = 1024;
constexpr std::size_t kMostDoublings = 16;

}  // namespace

std::chrono::milliseconds AuthThrottle::failed(const std::string& source, Clock::time_point now) {
    const detail::Lock lock(mutex_);
    forget(now);
    auto& entry = sources_[source];
    const auto delay = policy_.firstDelay * (1U << std::min(entry.failures, kMostDoublings));
    ++entry.failures;
    entry.last = now;
    return std::min<std::chrono::milliseconds>(delay, policy_.longestDelay);
}

// Old entries go; of too many, the one that failed longest ago goes too.
void AuthThrottle::forget(Clock::time_point now) {
    std::erase_if(sources_,
                  [&](const auto& item) { return now - item.second.last > policy_.forgetAfter; });
    if (sources_.size() < kMostSources) return;
    sources_.erase(
        std::ranges::min_element(sources_, {}, [](const auto& item) { return item.second.last; }));
}

}  // namespace berth::host::control
