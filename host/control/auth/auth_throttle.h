// host/control/auth/auth_throttle.h - makes guessing the token slow.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>

#include "berth/detail/mutex.h"

namespace berth::host::control {

struct AuthPolicy {
    std::chrono::milliseconds firstDelay{std::chrono::seconds(1)};  // doubles with each failure
    std::chrono::milliseconds longestDelay{std::chrono::seconds(10)};
    std::chrono::milliseconds forgetAfter{std::chrono::minutes(1)};  // without a failure
    std::size_t attempts = 5;  // failures after which a connection is cut
};

// Counts failures by source address, so that a new connection does not start anew.
//
// Threads: any; the lock is held only to count.
class AuthThrottle {
public:
    using Clock = std::chrono::steady_clock;

    explicit AuthThrottle(AuthPolicy policy) : policy_(policy) {}

    // Counts a failure and says how long its reply has to be held back.
    [[nodiscard]] std::chrono::milliseconds failed(const std::string& source,
                                                   Clock::time_point now = Clock::now());
    [[nodiscard]] const AuthPolicy& policy() const noexcept { return policy_; }

private:
    struct Source {
        std::size_t failures = 0;
        Clock::time_point last;
    };
    void forget(Clock::time_point now) BERTH_REQUIRES(mutex_);

    const AuthPolicy policy_;
    detail::Mutex mutex_;
    std::map<std::string, Source> sources_ BERTH_GUARDED_BY(mutex_);
};

}  // namespace berth::host::control
