// bench/load/arrivals.h - when the clients of a connect load come.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "bench/load/client.h"
#include "berth/detail/require.h"

namespace berth::bench {

// At a rate, clients are due whether or not the server keeps up, and each is given the time at
// which it was due: a server that stalls makes them all late. Without a rate one is always due.
class Arrivals {
public:
    // `perSecond` 0: no rate.
    Arrivals(double perSecond, Clock::time_point start) : perSecond_(perSecond), start_(start) {}

    // When the next one is due, if it is due by now; the one behind it comes next.
    [[nodiscard]] std::optional<Clock::time_point> take(Clock::time_point now) {
        if (perSecond_ == 0) return now;
        const auto due = next();
        if (due > now) return std::nullopt;
        ++taken_;
        return due;
    }

    // Requires: a rate.
    [[nodiscard]] Clock::time_point next() const {
        BERTH_REQUIRE(perSecond_ > 0);
        const std::chrono::duration<double> after(static_cast<double>(taken_) / perSecond_);
        return start_ + std::chrono::duration_cast<Clock::duration>(after);
    }

    // How long one may do something else. A poller waits for whole milliseconds.
    [[nodiscard]] Clock::time_point nextWithin(Clock::time_point now, Clock::duration most) const {
        if (perSecond_ == 0) return now + most;
        return std::clamp(next(), now + std::chrono::milliseconds(1), now + most);
    }

private:
    double perSecond_;
    Clock::time_point start_;
    std::uint64_t taken_ = 0;
};

}  // namespace berth::bench
