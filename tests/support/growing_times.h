// tests/support/growing_times.h - times that the test has to keep itself, on a machine that may
// pause it for seconds.
#pragma once

#include <chrono>

namespace berth::test {

// Whether one of a few attempts comes out well. Each is given a unit of time, three times that of
// the one before: whoever is paused for longer than the first unit is in time with a later one,
// and what is wrong is wrong with each.
template <class Attempt>
[[nodiscard]] bool withGrowingTimes(std::chrono::milliseconds unit, Attempt attempt) {
    constexpr int kAttempts = 3;
    for (int i = 0; i < kAttempts; ++i, unit *= 3) {
        if (attempt(unit)) return true;
    }
    return false;
}

}  // namespace berth::test
