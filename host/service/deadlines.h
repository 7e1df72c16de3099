// host/service/deadlines.h - ends connections whose lifetime is over.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>

#include "berth/detail/mutex.h"
#include "host/base/timer_thread.h"
#include "host/engine/connection_record.h"

namespace berth::host {

// One thread for the whole host, started when the first deadline comes in.
// Threads: any.
class Deadlines {
public:
    using Clock = TimerThread::Clock;

    Deadlines() = default;
    Deadlines(const Deadlines&) = delete;
    Deadlines& operator=(const Deadlines&) = delete;
    ~Deadlines() = default;

    // Cuts the connection at `when`, unless it is gone by then.
    void add(Clock::time_point when, std::weak_ptr<ConnectionRecord> connection);

private:
    // Cuts one whose time has come; returns when it is to be called next.
    [[nodiscard]] Clock::time_point cutNext();

    static constexpr std::size_t kLeastPrune = 1024;

    detail::Mutex mutex_;
    std::multimap<Clock::time_point, std::weak_ptr<ConnectionRecord>> deadlines_
        BERTH_GUARDED_BY(mutex_);
    // Entries at which dead ones are taken out.
    std::size_t pruneAt_ BERTH_GUARDED_BY(mutex_) = kLeastPrune;
    // Last: it stops before what it uses is destroyed.
    TimerThread thread_{[this] { return cutNext(); }};
};

}  // namespace berth::host
