// host/service/running_service.h - a configured service, whether it serves or not.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/host_config.h"
#include "host/engine/engine.h"
#include "host/service/service_core.h"
#include "host/status.h"

namespace berth::host {

// The parts of a service that a change prepares before anything is touched. A null part stays as
// it is.
struct PreparedService {
    ServiceConfig config;
    std::shared_ptr<Deployment> deployment;
    std::shared_ptr<const ClientSetup> setup;
    std::unique_ptr<Engine> engine;
    Engine::Listeners listeners;  // all of them, those kept included
};

// Threads: changes come from one thread at a time (the host's change lock); looking from any.
class RunningService {
public:
    using Clock = std::chrono::steady_clock;

    RunningService(const ServiceConfig& config, HostResources& resources);
    RunningService(const RunningService&) = delete;
    RunningService& operator=(const RunningService&) = delete;
    // Requires: no connection is open.
    ~RunningService();

    // Puts prepared parts in force: from its return on new clients get them. The deployment and
    // the engine that were replaced go on with the clients they have.
    void commit(PreparedService prepared);
    // New clients go to `before` again in place of `failed`, whose clients go on. False when
    // `failed` is not the current one any more. Threads: any, also during a change.
    bool goBack(const std::shared_ptr<Deployment>& failed, std::shared_ptr<Deployment> before,
                const std::string& reason);
    // Whether a probation ended with this file being let go.
    [[nodiscard]] bool rejects(const std::filesystem::path& file) const;
    void forgetRejected(const FileIdentity& file);
    // Stops accepting on all but these of its listeners; connections go on.
    void listenOnly(const Engine::Listeners& kept);
    // Takes no new clients and closes the listeners; those there are go on.
    void close();
    // The open connections of one deployment, and cutting them.
    [[nodiscard]] std::size_t openOn(std::uint64_t deployment) const;
    std::size_t cut(std::uint64_t deployment, CutReason reason);
    std::size_t cutAll(CutReason reason);
    // Destroys replaced engines that have no client any more; true when none is left.
    bool sweepEngines();
    // Who keeps another generation than the current one.
    [[nodiscard]] std::vector<PinStatus> pins() const;
    // False when somebody still keeps an old generation of the plugin at `deadline`.
    [[nodiscard]] bool waitUnpinned(std::string_view plugin, Clock::time_point deadline) const;
    // True when nothing is left that commit() or close() put aside, by `deadline`.
    bool waitOldGone(Clock::time_point deadline);
    // After close(): destroys what is idle. True when all of it was; then the state is Stopped.
    bool settle(Clock::time_point deadline, std::string reason);

    [[nodiscard]] ServiceCore& core() noexcept { return *core_; }
    [[nodiscard]] const std::string& name() const noexcept { return core_->name(); }
    [[nodiscard]] ServiceConfig config() const;
    void replaceConfig(const ServiceConfig& config);
    [[nodiscard]] ServiceState state() const;
    void setState(ServiceState state, std::string reason);
    // False when the state did not come by `deadline`.
    [[nodiscard]] bool waitState(ServiceState state, Clock::time_point deadline) const;
    [[nodiscard]] Engine::Listeners listeners() const;
    [[nodiscard]] ServiceStatus status() const;

private:
    // Keeps in mind a deployment that new clients no longer get.
    void remember(const std::shared_ptr<Deployment>& old);

    // A deployment that may still have clients.
    struct Past {
        std::uint64_t number = 0;
        std::string plugin;
        std::string version;
        std::uint64_t generation = 0;
        std::weak_ptr<Deployment> deployment;
    };
    // The past deployments of other generations than the current one.
    [[nodiscard]] std::vector<Past> otherGenerations() const;

    const std::shared_ptr<ServiceCore> core_;
    std::unique_ptr<Engine> engine_;

    mutable std::condition_variable stateChanged_;
    mutable std::mutex mutex_;  // guards what follows
    ServiceConfig config_;
    Engine::Listeners listeners_;
    ServiceState state_ = ServiceState::Stopped;
    std::string reason_;
    std::vector<std::unique_ptr<Engine>> oldEngines_;  // with clients still on them
    std::vector<Past> past_;
    std::optional<FileIdentity> rejected_;  // the plugin file that failed its probation
};

}  // namespace berth::host
