// host/process/process_loop.h - what the process does from its readiness to its end.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "berth/detail/mutex.h"
#include "host/change/change_result.h"
#include "host/net/listen_address.h"
#include "host/process/task_thread.h"

namespace berth::host {

class FileWatch;
class Host;
class LogSystem;
class ServiceWatchdog;
class SignalEvents;

// How the process replaces itself; see upgrade/.
struct UpgradeActions {
    std::function<ChangeResult()> run;
    std::function<void()> cancel;
    std::function<bool()> done;  // another process serves
};

// Signals are answered at once, whatever change is under way: changes run in a thread of their own,
// one after the other. Those of a kind that wait are one: it sees what was there when it begins.
//
// Borrows all three. Threads: one.
class ProcessLoop {
public:
    // Makes every thread that it will need: what is ready does not end for want of one.
    // Throws: std::system_error.
    ProcessLoop(Host& host, LogSystem& logs, SignalEvents& events, UpgradeActions upgrade);
    ProcessLoop(const ProcessLoop&) = delete;
    ProcessLoop& operator=(const ProcessLoop&) = delete;
    ~ProcessLoop();

    // Logs what listens where and tells the service manager that the host is ready.
    void announce(const std::vector<ListenAddress>& control);
    // Lets changed files take effect, as far as `watch` says so.
    void watchFiles();
    // Handles events until the host is drained. False when a handler does not end. Once the end has
    // begun, `events` ends the process whatever hangs, in the time that it may take.
    [[nodiscard]] bool run();

private:
    // Changes that are to be carried out, one after the other.
    struct Wanted {
        bool reload = false;
        bool upgrade = false;
    };
    void want(bool Wanted::*change);
    // Ends when nothing is wanted any more.
    void carryOutWanted();
    void terminate(Shutdown how);
    void shutdown(Shutdown how);
    // `cause` begins the line that tells the outcome.
    void reload(const std::string& cause);
    void reopenLogs();
    void upgrade();
    // The end of a process that another one took over from.
    void endBehind(Shutdown how);
    [[nodiscard]] std::chrono::milliseconds timeFor(Shutdown how) const;
    // `drain` tells whether every handler ended.
    void end(std::function<bool()> drain);
    [[nodiscard]] bool ending() const { return stopping_ || upgrade_.done(); }
    void log(const std::string& cause, const std::string& what, const ChangeResult& result);

    Host& host_;
    LogSystem& logs_;
    SignalEvents& events_;
    const UpgradeActions upgrade_;
    std::atomic<bool> stopping_{false};
    std::unique_ptr<FileWatch> watch_;
    bool clean_ = true;  // written by the drain before it posts Finished

    detail::Mutex wantedMutex_;
    Wanted wanted_ BERTH_GUARDED_BY(wantedMutex_);
    bool changing_ BERTH_GUARDED_BY(wantedMutex_) = false;  // changes_ will look at wanted_ again

    std::unique_ptr<TaskThread> changes_;
    std::unique_ptr<TaskThread> drain_;
    std::unique_ptr<ServiceWatchdog> watchdog_;  // last: it uses the host and the events
};

}  // namespace berth::host
