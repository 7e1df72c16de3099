// host/host_state.h - what a Host holds; private to host.cpp and its neighbours.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "host/host.h"
#include "host/log/log_system.h"
#include "host/preparation.h"
#include "host/probation.h"
#include "host/retirement.h"

namespace berth::host {

[[nodiscard]] ChangeResult badConfiguration(const std::vector<Diagnostic>& diagnostics);

struct Host::State {
    State(const HostConfig& initial, LogSystem& logs,
          std::shared_ptr<const InheritedSockets> inherited);

    using Clock = std::chrono::steady_clock;

    // --- changes; each holds `changes` ---
    // Without `restart`, services that an operator stopped or drains stay as they are.
    // `killAfter` in place of each drain_timeout bounds clients of replaced service objects.
    ChangeResult applyLocked(const HostConfig& wanted, bool restart = true,
                             std::optional<std::chrono::milliseconds> killAfter = {});
    // The same for a configuration whose plugins were checked, and are held by that check.
    ChangeResult applyChecked(const HostConfig& wanted, bool restart = true,
                              std::optional<std::chrono::milliseconds> killAfter = {});
    // Prepares, commits and retires. On failure everything is as before.
    ChangeResult carryOut(const Plan& plan, const HostOptions& options,
                          std::optional<std::chrono::milliseconds> killAfter = {});
    // What could not be put in force, one line each: a thread that did not start.
    std::vector<std::string> commit(std::vector<PreparedStep>& steps);
    // Waits for services that end, and cuts them when their time is over. What only lost its
    // service object goes on in the background. One line each.
    std::vector<std::string> retire(const std::vector<PreparedStep>& steps,
                                    std::optional<std::chrono::milliseconds> killAfter);
    std::string retireReplaced(const PreparedStep& step, std::chrono::milliseconds limit);
    std::string retireEnded(const PreparedStep& step);
    // Closes a service and waits; the line that tells how it went.
    std::string closeAndSettle(RunningService& service, const std::string& reason,
                               Clock::time_point deadline);

    // Begins the probation of a new generation that takes the place of another one.
    void watchNew(const std::shared_ptr<RunningService>& service, const PreparedService& parts);
    // After a probation failed: what is told of the service is again what serves.
    void wentBack(const std::shared_ptr<RunningService>& service,
                  const std::shared_ptr<Deployment>& failed, const Probation::Before& before);
    // Lets go of the one that failed, if `load` holds it, and holds `again`, if that came by
    // `load`.
    void holdAgain(const ServiceConfig& service, const std::shared_ptr<Generation>& failed,
                   const std::shared_ptr<Generation>& again);

    // --- looking ---
    [[nodiscard]] ServiceMap serviceMap() const;
    [[nodiscard]] std::shared_ptr<RunningService> find(std::string_view name) const;
    [[nodiscard]] ChangeResult notFound(std::string_view name) const;
    // Throws: PluginError when a wanted plugin cannot be found.
    [[nodiscard]] std::vector<RunningView> views(const HostConfig& wanted) const;
    // The settings of a service's kind; empty when its plugin cannot be read.
    [[nodiscard]] std::vector<FieldDescription> describe(const ServiceConfig& service);
    [[nodiscard]] HostConfig configuration() const;

    HostResources resources;
    Catalog catalog;
    const Clock::time_point started = Clock::now();

    std::function<void(const HostConfig&)> applied;  // guarded by `changes`
    std::mutex changes;  // held over a whole change, so that changes come one after the other

    mutable std::mutex mutex;  // guards what follows; never held over anything that waits
    HostConfig config;
    ServiceMap services;
    std::vector<std::string> order;  // service names as in the files
    std::uint64_t generation = 0;
    std::atomic<bool> draining{false};  // from the begin of shutdown(): nothing is started any more

    // Last: their threads end before what they use.
    Retirement retirement{resources.logs.host()};
    Probation probation;
};

}  // namespace berth::host
