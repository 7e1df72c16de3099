// host/admission/token_bucket.h - limits how often something happens.
#pragma once

#include <chrono>

#include "host/admission/rate.h"

namespace berth::host {

// Holds up to `events` tokens and gains them evenly over `period`. The clock is passed in, so
// that tests need not wait. Threads: guarded by its owner.
class TokenBucket {
public:
    using Clock = std::chrono::steady_clock;

    TokenBucket() = default;
    TokenBucket(Rate rate, Clock::time_point now);

    // Goes on with another rate, as full or empty as it is; with the same one nothing changes.
    void retune(Rate rate, Clock::time_point now);

    // Takes a token, or says how long to wait until there is one. Zero: taken.
    [[nodiscard]] Clock::duration take(Clock::time_point now);
    // How long it is until take() takes one. Zero: it does so now.
    [[nodiscard]] Clock::duration untilNext(Clock::time_point now);

private:
    void fill(Clock::time_point now);

    Rate rate_;
    double tokens_ = 0;
    Clock::time_point filled_;
};

}  // namespace berth::host
