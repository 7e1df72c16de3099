// host/service/canary.h - watches how the first clients of a new version end.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

namespace berth::host {

// A version on probation. Decided once: passed after enough connections that ended well, failed as
// soon as too many handlers failed. Who watches the clock, or needs no verdict any more, ends it.
//
// Threads: any.
class Canary {
public:
    enum class State : std::uint8_t { Open, Passed, Failed, GivenUp };

    // `failures`: most failed handlers that are borne. `decided` is called once, by the session
    // that decides; it must be quick.
    Canary(std::uint64_t connections, std::uint64_t failures, std::function<void()> decided)
        : connections_(connections), failures_(failures), decided_(std::move(decided)) {}

    void noteEnd(bool failed) {
        if (state() != State::Open) return;
        const auto ended = ++ended_;
        if (failed && ++failed_ > failures_) return decide(State::Failed);
        if (connections_ != 0 && ended >= connections_) decide(State::Passed);
    }
    // Ends it without telling; one that was decided stays so.
    void pass() noexcept { end(State::Passed); }
    void giveUp() noexcept { end(State::GivenUp); }

    [[nodiscard]] State state() const noexcept { return state_; }
    [[nodiscard]] std::uint64_t ended() const noexcept { return ended_; }
    [[nodiscard]] std::uint64_t failed() const noexcept { return failed_; }

private:
    bool end(State state) noexcept {
        auto open = State::Open;
        return state_.compare_exchange_strong(open, state);
    }
    void decide(State state) {
        if (end(state)) decided_();
    }

    const std::uint64_t connections_;
    const std::uint64_t failures_;
    const std::function<void()> decided_;
    std::atomic<std::uint64_t> ended_{0};
    std::atomic<std::uint64_t> failed_{0};
    std::atomic<State> state_{State::Open};
};

}  // namespace berth::host
