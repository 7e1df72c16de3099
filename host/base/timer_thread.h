// host/base/timer_thread.h - a thread that does what is due, and sleeps until something is.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <stop_token>
#include <thread>

#include "berth/detail/mutex.h"

namespace berth::host {

// Its end waits for the work that runs, and leaves what is due after that: be it the last member of
// whose work it does.
//
// Threads: any.
class TimerThread {
public:
    using Clock = std::chrono::steady_clock;
    // What `work` may return for a time.
    static constexpr Clock::time_point kAtOnce{};
    static constexpr auto kNever = Clock::time_point::max();

    // `work` does one thing that is due, if there is one, and returns when it is called again at
    // the latest. It does not throw.
    explicit TimerThread(std::function<Clock::time_point()> work);
    TimerThread(const TimerThread&) = delete;
    TimerThread& operator=(const TimerThread&) = delete;
    ~TimerThread() = default;

    // Nothing when it runs already. Throws: std::system_error.
    void start();
    // Something else may be next: calls `work` once more, also while that runs.
    void wake();

private:
    void run(const std::stop_token& stop);

    const std::function<Clock::time_point()> work_;
    detail::Mutex mutex_;
    std::condition_variable_any changed_;
    bool woken_ BERTH_GUARDED_BY(mutex_) = false;
    std::jthread thread_ BERTH_GUARDED_BY(mutex_);  // last: it ends before what it uses
};

}  // namespace berth::host
