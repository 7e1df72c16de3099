// tests/support/wait_until.h - waits for a condition in place of a sleep.
#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

namespace berth::test {

inline constexpr std::chrono::seconds kPatience{20};

// Asks again after pauses that grow, since what is waited for needs the processor, too, and for the
// last time when the time is over. Returns the last answer.
template <class Condition>
[[nodiscard]] auto waitUntil(Condition&& condition, std::chrono::milliseconds limit = kPatience) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    constexpr std::chrono::microseconds kLongest{1000};
    auto answer = condition();
    for (std::chrono::microseconds pause{20}; !answer; pause = std::min(2 * pause, kLongest)) {
        const bool last = std::chrono::steady_clock::now() > deadline;
        std::this_thread::sleep_for(pause);
        answer = condition();
        if (last) break;
    }
    return answer;
}

}  // namespace berth::test
