// host/upgrade/upgrade.h - START HERE: the old process's part in replacing its own binary.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "berth/detail/mutex.h"
#include "host/base/unique_fd.h"
#include "host/host.h"
#include "host/upgrade/answering.h"
#include "host/upgrade/channel.h"
#include "host/upgrade/child_process.h"
#include "host/upgrade/predecessors.h"

namespace berth::host {

// Starts the new process, passes it everything that listens, and waits until it is ready. Then it
// stops accepting and tells the new one to begin; clients that come in between wait in the
// kernel. Whatever fails before that leaves this process as it was.
//
// Threads:  any; one upgrade at a time, another one is refused.
// Lifetime: host and sockets outlive it.
class Upgrade {
public:
    // `predecessors` are handed on to the new process.
    Upgrade(ProgramStart start, Host& host, std::shared_ptr<const InheritedSockets> inherited,
            Predecessors& predecessors);

    // What is passed on besides the services' listeners.
    void add(std::vector<std::shared_ptr<Listener>> control);
    // Returns when the new process serves or has failed. `binary` empty: the one of the start.
    // After a success the process has to drain and end.
    ChangeResult run(const std::filesystem::path& binary);
    // Ends an upgrade that is under way; the process is told to end.
    void cancel() noexcept;
    // Another process serves.
    [[nodiscard]] bool done() const noexcept { return done_; }

private:
    using Listeners = std::vector<OwnedListener>;

    ChangeResult offer(const ProgramStart& start, Listeners listeners, const HostOptions& options)
        BERTH_REQUIRES(running_);
    bool pass(const UpgradeChannel& channel, const Listeners& listeners,
              UpgradeChannel::Clock::time_point deadline) const;
    // What is no socket: those that drain already, and who stays stopped.
    bool passFacts(const UpgradeChannel& channel, UpgradeChannel::Clock::time_point deadline) const;
    // From here on the new process can ask for this one's clients. Why it cannot; empty: it can.
    std::string answerFrom(UpgradeChannel channel) BERTH_REQUIRES(running_);
    // Empty when it is ready; `unused` is what it has no use for.
    std::string awaitReady(const UpgradeChannel& channel, ChildProcess& child,
                           UpgradeChannel::Clock::time_point deadline, std::string& unused) const;

    const ProgramStart start_;
    Host& host_;
    const std::shared_ptr<const InheritedSockets> inherited_;
    Predecessors& predecessors_;
    UniqueFd cancel_;  // an eventfd
    std::atomic<bool> done_{false};
    detail::Mutex running_;  // held over an upgrade
    detail::Mutex mutex_;
    std::vector<std::shared_ptr<Listener>> control_ BERTH_GUARDED_BY(mutex_);
    std::optional<Answering> answering_ BERTH_GUARDED_BY(running_);
};

}  // namespace berth::host
