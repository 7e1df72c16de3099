// host/service/deadlines.cpp
#include "host/service/deadlines.h"

#include <utility>

namespace berth::host {

void Deadlines::add(Clock::time_point when, std::weak_ptr<ConnectionRecord> connection) {
    bool next = false;
    {
        const detail::Lock lock(mutex_);
        if (deadlines_.size() >= pruneAt_) {
            // Connections that ended early would keep their memory until their deadline.
            std::erase_if(deadlines_, [](const auto& entry) { return entry.second.expired(); });
            pruneAt_ = 2 * deadlines_.size() + kLeastPrune;
        }
        const auto added = deadlines_.emplace(when, std::move(connection));
        next = added == deadlines_.begin();
    }
    thread_.start();
    if (next) thread_.wake();
}

Deadlines::Clock::time_point Deadlines::cutNext() {
    std::shared_ptr<ConnectionRecord> connection;
    {
        const detail::Lock lock(mutex_);
        if (deadlines_.empty()) return TimerThread::kNever;
        const auto next = deadlines_.begin()->first;
        if (Clock::now() < next) return next;
        connection = deadlines_.extract(deadlines_.begin()).mapped().lock();
    }
    if (connection) connection->cut(CutReason::Lifetime);
    return TimerThread::kAtOnce;
}

}  // namespace berth::host
