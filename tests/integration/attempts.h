// tests/integration/attempts.h - tests in which a client has to keep a time that the host sets.
#pragma once

#include <chrono>

namespace berth::test {

// Whether one of a few attempts shows what it is to show. One that returns false shows nothing, as
// the machine gave somebody no turn for too long; what is wrong an attempt asserts itself.
template <class Attempt>
[[nodiscard]] bool inAFewAttempts(Attempt attempt) {
    constexpr int kAttempts = 3;
    for (int i = 0; i < kAttempts; ++i) {
        if (attempt()) return true;
    }
    return false;
}

// True until so much time has passed since it was made.
class InTime {
public:
    explicit InTime(std::chrono::milliseconds limit)
        : end_(std::chrono::steady_clock::now() + limit) {}
    [[nodiscard]] bool operator()() const { return std::chrono::steady_clock::now() < end_; }

private:
    const std::chrono::steady_clock::time_point end_;
};

}  // namespace berth::test
