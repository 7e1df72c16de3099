// host/service/trial.h - watches how the handlers of a new service object end.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

namespace berth::host {

// Decided once: passed after enough connections that ended well, failed as soon as too many
// handlers failed. Who watches the clock ends it by giveUp().
//
// Threads: any.
class Trial {
public:
    // `failures`: most failed handlers that are borne. `decided` is called once, by the session
    // that decides; it must be quick.
    Trial(std::uint64_t connections, std::uint64_t failures,
          std::function<void(bool passed)> decided)
        : connections_(connections), failures_(failures), decided_(std::move(decided)) {}

    void noteEnd(bool failed) {
        if (over_) return;
        const auto ended = ++ended_;
        if (failed && ++failed_ > failures_) return decide(false);
        if (connections_ != 0 && ended >= connections_) decide(true);
    }
    // False when it was decided already.
    bool giveUp() noexcept { return !over_.exchange(true); }

    [[nodiscard]] std::uint64_t ended() const noexcept { return ended_; }
    [[nodiscard]] std::uint64_t failed() const noexcept { return failed_; }

private:
    void decide(bool passed) {
        if (!over_.exchange(true)) decided_(passed);
    }

    const std::uint64_t connections_;
    const std::uint64_t failures_;
    const std::function<void(bool)> decided_;
    std::atomic<std::uint64_t> ended_{0};
    std::atomic<std::uint64_t> failed_{0};
    std::atomic<bool> over_{false};
};

}  // namespace berth::host
