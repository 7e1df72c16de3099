// host/host_state.h - what a Host holds; private to host.cpp and its neighbours.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "host/host.h"
#include "host/preparation.h"

namespace berth::host {

struct Host::State {
    State(const HostConfig& initial, LogSystem& logs,
          std::shared_ptr<const InheritedSockets> inherited);

    using Clock = std::chrono::steady_clock;

    // --- host.cpp: changes; each holds `changes` ---
    // Without `restart`, services that an operator stopped or drains stay as they are.
    ChangeResult applyLocked(const HostConfig& wanted, bool restart = true);
    // Prepares, commits and retires. On failure everything is as before.
    ChangeResult carryOut(const Plan& plan, const HostOptions& options);
    // What could not be put in force, one line each: a thread that did not start.
    std::vector<std::string> commit(std::vector<PreparedStep>& steps);
    // Waits for what the steps put aside, cuts it when its time is over; one line each.
    std::vector<std::string> retire(const std::vector<PreparedStep>& steps);
    std::string retireOne(const PreparedStep& step, Clock::time_point deadline);
    // Closes a service and waits; the line that tells how it went.
    std::string closeAndSettle(RunningService& service, const std::string& reason,
                               Clock::time_point deadline);

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
    std::vector<std::string> order;                          // service names as in the files
    std::map<std::string, std::filesystem::path> keptFiles;  // `load`, by plugin name
    std::uint64_t generation = 0;
    std::atomic<bool> draining{false};  // from the begin of shutdown(): nothing is started any more
};

}  // namespace berth::host
