// tests/support/fastest.h - times that are asserted closely on a machine that does other things,
// too.
#pragma once

#include <algorithm>
#include <chrono>

namespace berth::test {

// The least time that a few attempts take, each of which a busy machine may delay. The first one
// that takes no longer than `good` is the last one.
template <class Attempt>
[[nodiscard]] std::chrono::milliseconds fastest(std::chrono::milliseconds good, Attempt attempt) {
    constexpr int kAttempts = 15;
    auto least = std::chrono::milliseconds::max();
    for (int i = 0; i < kAttempts && least > good; ++i) {
        least = std::min<std::chrono::milliseconds>(least, attempt());
    }
    return least;
}

}  // namespace berth::test
