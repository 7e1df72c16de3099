// host/process_loop.h - what the process does from its readiness to its end.
#pragma once

#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "host/change_result.h"
#include "host/config/listen_address.h"

namespace berth::host {

class Host;
class LogSystem;
class SignalEvents;

// How the process replaces itself; see upgrade/.
struct UpgradeActions {
    std::function<ChangeResult()> run;
    std::function<void()> cancel;
    std::function<bool()> done;  // another process serves
};

// Borrows all three. Threads: one.
class ProcessLoop {
public:
    ProcessLoop(Host& host, LogSystem& logs, SignalEvents& events, UpgradeActions upgrade)
        : host_(host), logs_(logs), events_(events), upgrade_(std::move(upgrade)) {}

    // Logs what listens where and tells the service manager that the host is ready.
    void announce(const std::vector<ListenAddress>& control);
    // Handles events until the host is drained. False when a handler does not end.
    [[nodiscard]] bool run();

private:
    void terminate(bool now);
    void reload();
    void reopenLogs();
    void upgrade();
    void drainBehind();
    void log(const std::string& what, const ChangeResult& result);

    Host& host_;
    LogSystem& logs_;
    SignalEvents& events_;
    const UpgradeActions upgrade_;
    bool stopping_ = false;
    bool clean_ = true;                  // written by the drain before it posts Finished
    std::vector<std::jthread> workers_;  // what takes long: a reload, the drain
};

}  // namespace berth::host
