// host/signal_events.h - signals and other requests to the process, one after the other.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace berth::host {

// What the process is asked to do.
enum class ProcessEvent {
    Terminate,   // TERM, INT: drain, and at once the second time
    StopNow,     // cut the clients
    Reload,      // HUP
    ReopenLogs,  // USR1
    Upgrade,     // USR2
    HandedOver,  // an upgrade succeeded: drain behind the new process
    Finished     // the drain is over
};

// Turns signals into events that are waited for. A thread takes them by sigwait(3), so that no
// code runs in a signal handler.
//
// Threads: construct it before any other thread, which then inherits the blocked signals.
class SignalEvents {
public:
    SignalEvents();
    SignalEvents(const SignalEvents&) = delete;
    SignalEvents& operator=(const SignalEvents&) = delete;
    ~SignalEvents();

    void post(ProcessEvent event);
    [[nodiscard]] ProcessEvent next();

private:
    void run(const std::stop_token& stop);

    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<ProcessEvent> events_;
    std::jthread thread_;
};

}  // namespace berth::host
