// host/process_loop.h - what the process does from its readiness to its end.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "host/change_result.h"
#include "host/config/listen_address.h"

namespace berth::host {

class FileWatch;
class Host;
class LogSystem;
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
    ProcessLoop(Host& host, LogSystem& logs, SignalEvents& events, UpgradeActions upgrade);
    ProcessLoop(const ProcessLoop&) = delete;
    ProcessLoop& operator=(const ProcessLoop&) = delete;
    ~ProcessLoop();

    // Logs what listens where and tells the service manager that the host is ready.
    void announce(const std::vector<ListenAddress>& control);
    // Lets changed files take effect, as far as `watch` says so.
    void watchFiles();
    // Handles events until the host is drained. False when a handler does not end.
    [[nodiscard]] bool run();

private:
    // `change` is one of wanted_.
    void want(bool& change);
    // Ends when nothing is wanted any more.
    void carryOutWanted();
    void terminate(bool now);
    void shutdown(bool now);
    // `cause` begins the line that tells the outcome.
    void reload(const std::string& cause);
    void reopenLogs();
    void upgrade();
    // The end of a process that another one took over from; `now`: cut the clients.
    void endBehind(bool now);
    [[nodiscard]] bool ending() const { return stopping_ || upgrade_.done(); }
    void log(const std::string& cause, const std::string& what, const ChangeResult& result);

    Host& host_;
    LogSystem& logs_;
    SignalEvents& events_;
    const UpgradeActions upgrade_;
    std::atomic<bool> stopping_{false};
    std::unique_ptr<FileWatch> watch_;
    bool clean_ = true;  // written by the drain before it posts Finished

    std::mutex wantedMutex_;  // guards what follows
    struct {
        bool reload = false;
        bool upgrade = false;
    } wanted_;
    bool changing_ = false;  // changes_ will look at wanted_ again

    std::jthread changes_;
    std::jthread drain_;
};

}  // namespace berth::host
