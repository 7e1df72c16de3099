// tests/support/wait_until.h - waits for a condition in place of a sleep.
#pragma once

#include <chrono>
#include <thread>

namespace berth::test {

inline constexpr std::chrono::seconds kPatience{20};

// False when the condition did not come true in time.
template <class Condition>
[[nodiscard]] bool waitUntil(Condition&& condition, std::chrono::milliseconds limit = kPatience) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::yield();
    }
    return true;
}

}  // namespace berth::test
