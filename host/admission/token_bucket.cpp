// host/admission/token_bucket.cpp
#include "host/admission/token_bucket.h"

#include <algorithm>

namespace berth::host {

TokenBucket::TokenBucket(Rate rate, Clock::time_point now)
    : rate_(rate), tokens_(static_cast<double>(rate.events)), filled_(now) {}

void TokenBucket::retune(Rate rate, Clock::time_point now) {
    if (rate == rate_) return;
    if (rate.unlimited() || rate_.unlimited()) {
        *this = TokenBucket(rate, now);
        return;
    }
    fill(now);
    tokens_ *= static_cast<double>(rate.events) / static_cast<double>(rate_.events);
    rate_ = rate;
}

void TokenBucket::fill(Clock::time_point now) {
    const auto most = static_cast<double>(rate_.events);
    const auto passed = std::chrono::duration<double>(now - filled_);
    tokens_ = std::min(most, tokens_ + passed / std::chrono::duration<double>(rate_.period) * most);
    filled_ = now;
}

TokenBucket::Clock::duration TokenBucket::take(Clock::time_point now) {
    const auto pause = untilNext(now);
    if (pause == Clock::duration::zero() && !rate_.unlimited()) tokens_ -= 1;
    return pause;
}

TokenBucket::Clock::duration TokenBucket::untilNext(Clock::time_point now) {
    using Seconds = std::chrono::duration<double>;
    if (rate_.unlimited()) return Clock::duration::zero();
    fill(now);
    if (tokens_ >= 1) return Clock::duration::zero();
    const auto perSecond = static_cast<double>(rate_.events) / Seconds(rate_.period).count();
    const auto missing = Seconds((1 - tokens_) / perSecond);
    return std::max(Clock::duration(1), std::chrono::ceil<Clock::duration>(missing));
}

}  // namespace berth::host
