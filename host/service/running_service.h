// host/service/running_service.h - a configured service, whether it serves or not.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/host_config.h"
#include "host/engine/connection_record.h"
#include "host/engine/engine.h"
#include "host/plugin/catalog.h"
#include "host/service/canary.h"
#include "host/service/client_setup.h"
#include "host/service/deployed_version.h"
#include "host/service/service_status.h"

namespace berth::host {

// What a change wants of a service.
struct ServiceChange {
    ServiceConfig config;
    std::shared_ptr<const ClientSetup> setup;  // null: as it is
    // For a new service object; nothing: the one there is goes on.
    std::optional<PluginKind> plugin{};
    bool newEngine = false;
};

// The parts that such a change needs, made before anything is touched. Destroyed without a commit,
// they leave no trace.
class PreparedService {
public:
    PreparedService() = default;
    PreparedService(const PreparedService&) = delete;
    PreparedService& operator=(const PreparedService&) = delete;
    virtual ~PreparedService() = default;

    // What it takes to serve on these, which are all that the service will have. Touches none.
    // Throws: std::exception when no thread can be started.
    virtual void listenOn(Engine::Listeners listeners) = 0;
    // What new clients will get; null: what they get now.
    [[nodiscard]] virtual DeployedVersionPtr version() const = 0;
    // Watches how its first clients end. Requires: version().
    virtual void watchBy(std::shared_ptr<Canary> canary) noexcept = 0;
    // Puts the parts in force: from its return on new clients get them. The version and the engine
    // that were replaced go on with the clients they have. Without listenOn() only limits, times,
    // rules and setup are others. Needs no memory, opens no file and runs no plugin code.
    virtual void commit() noexcept = 0;
};

// What the host knows of a service and does with it, in values: where its clients are served, in
// this process or in others, is its own business.
//
// Threads: changes come from one thread at a time (ChangeTurns); looking from any.
class RunningService {
public:
    using Clock = std::chrono::steady_clock;
    using ConnectionIds = std::vector<std::uint64_t>;

    RunningService() = default;
    RunningService(const RunningService&) = delete;
    RunningService& operator=(const RunningService&) = delete;
    // Waits for the connections that are open, which are drained or cut by then.
    virtual ~RunningService() = default;

    // --- changes ---
    // Runs the plugin's code. Throws: PluginError, or std::exception for what else is missing.
    [[nodiscard]] virtual std::unique_ptr<PreparedService> prepare(ServiceChange change) = 0;
    // What is told as its configuration; nothing else changes.
    virtual void replaceConfig(ServiceConfig config) noexcept = 0;
    virtual void setState(ServiceState state, std::string reason) noexcept = 0;
    // New clients go to `before` again in place of `failed`, whose clients go on. False when
    // `failed` is not the current one any more. Threads: any, also during a change.
    virtual bool rollBack(const DeployedVersionPtr& failed, const DeployedVersionPtr& before,
                          std::string reason) noexcept = 0;
    // Whether a probation ended with this file being let go.
    [[nodiscard]] virtual bool rejects(const FileIdentity& file) const = 0;
    virtual void forgetRejected(const FileIdentity& file) noexcept = 0;

    // --- its end ---
    // Takes no new client; its listeners stay. Threads: any.
    virtual void refuseClients() noexcept = 0;
    // Turns nobody away for a limit any more.
    virtual void liftLimits() = 0;
    // Stops accepting on all but these of its listeners; connections go on.
    virtual void listenOnly(const Engine::Listeners& kept) noexcept = 0;
    // Takes no new clients and closes the listeners; those there are go on.
    virtual void close() noexcept = 0;
    // After close(): destroys what is idle. True when all of it was; then the state is Stopped.
    virtual bool settle(Clock::time_point deadline, std::string reason) noexcept = 0;
    // Destroys replaced engines that have no client any more; true when none is left.
    virtual bool sweepEngines() noexcept = 0;

    // --- its connections ---
    // How many are open.
    [[nodiscard]] virtual std::size_t open() const = 0;
    [[nodiscard]] virtual std::vector<ConnectionStatus> connections() const = 0;
    // Of one version.
    [[nodiscard]] virtual std::size_t openOn(std::uint64_t version) const = 0;
    // Cuts one; false when there is none of that id.
    virtual bool cut(std::uint64_t id, CutReason reason) = 0;
    // Cuts those of one version, or all; returns which.
    virtual ConnectionIds cutVersion(std::uint64_t version, CutReason reason) = 0;
    virtual ConnectionIds cutAll(CutReason reason) = 0;
    // Who keeps another generation than the current one.
    [[nodiscard]] virtual std::vector<PinStatus> pins() const = 0;

    // --- waiting: false when it did not come true by `deadline` ---
    [[nodiscard]] virtual bool waitState(ServiceState state, Clock::time_point deadline) const = 0;
    // No connection is open.
    [[nodiscard]] virtual bool waitIdle(Clock::time_point deadline) const = 0;
    // The same, and none arrives.
    [[nodiscard]] virtual bool waitNobody(Clock::time_point deadline) const = 0;
    // None of these is open.
    [[nodiscard]] virtual bool waitEnded(const ConnectionIds& ids,
                                         Clock::time_point deadline) const = 0;
    // Nobody keeps an old generation of the plugin.
    [[nodiscard]] virtual bool waitUnpinned(std::string_view plugin,
                                            Clock::time_point deadline) const = 0;
    // Nothing is left that was replaced or closed.
    virtual bool waitOldGone(Clock::time_point deadline) = 0;

    // --- looking ---
    [[nodiscard]] virtual const std::string& name() const noexcept = 0;
    [[nodiscard]] virtual ServiceConfig config() const = 0;
    [[nodiscard]] virtual ServiceState state() const = 0;
    // What new clients get; null when it does not serve.
    [[nodiscard]] virtual DeployedVersionPtr version() const = 0;
    [[nodiscard]] virtual Engine::Listeners listeners() const = 0;
    [[nodiscard]] virtual ServiceStatus status() const = 0;
};

// Services by name.
using ServiceMap = std::map<std::string, std::shared_ptr<RunningService>, std::less<>>;

}  // namespace berth::host
