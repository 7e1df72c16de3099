// host/admission/token_bucket.cpp
#include "host/admission/token_bucket.h"

#include <algorithm>

namespace berth::host {

TokenBucket::TokenBucket(Rate rate, Clock::time_point now)
    : rate_(rate), tokens_(static_cast<double>(rate.events)), filled_(now) {}

TokenBucket::Clock::duration TokenBucket::take(Clock::time_point now) {
    using Seconds = std::chrono::duration<double>;
    if (rate_.unlimited()) return Clock::duration::zero();

    const auto most = static_cast<double>(rate_.events);
    const auto perSecond = most / Seconds(rate_.period).count();
    tokens_ = std::min(most, tokens_ + Seconds(now - filled_).count() * perSecond);
    filled_ = now;
    if (tokens_ >= 1) {
        tokens_ -= 1;
        return Clock::duration::zero();
    }
    const auto missing = Seconds((1 - tokens_) / perSecond);
    return std::max(Clock::duration(1), std::chrono::ceil<Clock::duration>(missing));
}

}  // namespace berth::host
