// host/service/deadlines.cpp
#include "host/service/deadlines.h"

#include <utility>

namespace berth::host {

void Deadlines::add(Clock::time_point when, std::weak_ptr<ConnectionRecord> connection) {
    const detail::Lock lock(mutex_);
    if (deadlines_.size() >= pruneAt_) {
        // Connections that ended early would keep their memory until their deadline.
        std::erase_if(deadlines_, [](const auto& entry) { return entry.second.expired(); });
        pruneAt_ = 2 * deadlines_.size() + kLeastPrune;
    }
    deadlines_.emplace(when, std::move(connection));
    if (!thread_.joinable()) {
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }
    changed_.notify_all();
}

void Deadlines::run(const std::stop_token& stop) {
    detail::UniqueLock lock(mutex_);
    while (!stop.stop_requested()) {
        if (deadlines_.empty()) {
            changed_.wait(lock.native(), stop,
                          [this]() BERTH_REQUIRES(mutex_) { return !deadlines_.empty(); });
            continue;
        }
        const auto next = deadlines_.begin()->first;
        if (Clock::now() < next) {
            changed_.wait_until(lock.native(), stop, next, [&]() BERTH_REQUIRES(mutex_) {
                return !deadlines_.empty() && deadlines_.begin()->first < next;
            });
            continue;
        }
        const auto connection = deadlines_.extract(deadlines_.begin()).mapped().lock();
        lock.unlock();
        if (connection) connection->cut(CutReason::Lifetime);
        lock.lock();
    }
}

}  // namespace berth::host
