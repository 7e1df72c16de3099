// host/process/service_watchdog.h - tells systemd that the host turns, as long as it does.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <stop_token>
#include <thread>

namespace berth::host {

// WATCHDOG=1 at half of WATCHDOG_USEC, which WatchdogSec= of the unit sets; nothing without it.
//
// Threads: any.
class ServiceWatchdog {
public:
    struct Checks {
        std::function<bool()> loopsTurn;
        std::function<void()> askMainLoop;  // which then calls answer()
    };

    explicit ServiceWatchdog(Checks checks);
    ServiceWatchdog(const ServiceWatchdog&) = delete;
    ServiceWatchdog& operator=(const ServiceWatchdog&) = delete;
    ~ServiceWatchdog() = default;

    // The main loop took what it was asked. Nothing is fed before the first answer.
    void answer() noexcept { answered_ = true; }

private:
    void feed(const std::stop_token& stop, std::chrono::microseconds interval);

    const Checks checks_;
    std::atomic<bool> answered_{false};
    std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace berth::host
