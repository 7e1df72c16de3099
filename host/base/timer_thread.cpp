// host/base/timer_thread.cpp
#include "host/base/timer_thread.h"

#include <utility>

namespace berth::host {

TimerThread::TimerThread(std::function<Clock::time_point()> work) : work_(std::move(work)) {}

void TimerThread::start() {
    const detail::Lock lock(mutex_);
    if (thread_.joinable()) return;
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void TimerThread::wake() {
    const detail::Lock lock(mutex_);
    woken_ = true;
    changed_.notify_all();
}

void TimerThread::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto next = work_();
        detail::UniqueLock lock(mutex_);
        const auto woken = [this]() BERTH_REQUIRES(mutex_) { return woken_; };
        if (next == kNever) {
            changed_.wait(lock.native(), stop, woken);
        } else {
            changed_.wait_until(lock.native(), stop, next, woken);
        }
        woken_ = false;
    }
}

}  // namespace berth::host
