// host/process_loop.h - what the process does from its readiness to its end.
#pragma once

#include <thread>
#include <vector>

#include "host/config/listen_address.h"

namespace berth::host {

class Host;
class LogSystem;
class SignalEvents;

// Borrows all three. Threads: one.
class ProcessLoop {
public:
    ProcessLoop(Host& host, LogSystem& logs, SignalEvents& events)
        : host_(host), logs_(logs), events_(events) {}

    // Logs what listens where and tells the service manager that the host is ready.
    void announce(const std::vector<ListenAddress>& control);
    // Handles events until the host is drained. False when a handler does not end.
    [[nodiscard]] bool run();

private:
    void terminate(bool now);
    void reload();
    void reopenLogs();

    Host& host_;
    LogSystem& logs_;
    SignalEvents& events_;
    bool stopping_ = false;
    bool clean_ = true;                  // written by the drain before it posts Finished
    std::vector<std::jthread> workers_;  // what takes long: a reload, the drain
};

}  // namespace berth::host
