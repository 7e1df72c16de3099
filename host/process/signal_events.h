// host/process/signal_events.h - signals and other requests to the process, one after the other.
#pragma once

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <optional>
#include <string>
#include <thread>

#include "berth/detail/mutex.h"

namespace berth::host {

// What the process is asked to do.
enum class ProcessEvent {
    Terminate,   // TERM, INT: drain, and at once the second time
    StopNow,     // cut the clients
    Reload,      // HUP
    ReopenLogs,  // USR1
    Upgrade,     // USR2
    OutOfTime,   // XCPU: drain while the hard limit leaves time
    HandedOver,  // an upgrade succeeded: drain behind the new process
    Beat,        // answered at once: the watchdog asks whether anybody is there
    Finished     // the drain is over
};

struct ProcessRequest {
    ProcessEvent event;
    std::string sender;  // of a signal: "SIGTERM sent by process 4242, uid 0"; else empty
};

// Turns signals into events that are waited for. A thread takes them by sigtimedwait(2), so that no
// code runs in a signal handler.
//
// It is the last resort, too: it waits for nothing else, so it can end a process in which something
// hangs. A request to end that nobody takes within ten seconds, and an end that is not over within
// its time, end the process at once, with a line on standard error and exit code 70.
//
// Threads: construct it before any other thread, which then inherits the blocked signals.
class SignalEvents {
public:
    using Clock = std::chrono::steady_clock;

    SignalEvents();
    SignalEvents(const SignalEvents&) = delete;
    SignalEvents& operator=(const SignalEvents&) = delete;
    ~SignalEvents();

    void post(ProcessEvent event);
    [[nodiscard]] ProcessRequest next();

    // The process ends before `limit` is over, unless an earlier call allowed it less.
    void endWithin(std::chrono::milliseconds limit);

private:
    // The thread itself looks at its deadline anew after each signal; others wake it by post().
    void add(ProcessRequest request);
    void run(const std::stop_token& stop);
    // -1 when the deadline comes first.
    [[nodiscard]] int takeSignal(std::optional<Clock::time_point> deadline, siginfo_t& info) const;
    [[nodiscard]] std::optional<Clock::time_point> deadline();

    detail::Mutex mutex_;
    std::condition_variable arrived_;
    std::deque<ProcessRequest> requests_ BERTH_GUARDED_BY(mutex_);
    std::optional<Clock::time_point> answerBy_ BERTH_GUARDED_BY(mutex_);  // a request to end
    std::optional<Clock::time_point> endBy_ BERTH_GUARDED_BY(mutex_);
    std::jthread thread_;
};

}  // namespace berth::host
