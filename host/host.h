// host/host.h - the running host: the services, and the one way to change them.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/change_result.h"
#include "host/config/host_config.h"
#include "host/listen/inherited_sockets.h"
#include "host/plugin_check.h"
#include "host/status.h"

namespace berth::host {

class Listener;
class LogSystem;

struct OwnedListener {
    std::string owner;
    std::shared_ptr<Listener> listener;
};
using Offer =
    std::function<ChangeResult(const std::vector<OwnedListener>& listeners, const HostOptions&)>;

// Owns everything that runs: plugins, listeners, engines, services. Start-up is the plan from
// nothing; each later change is a plan too, computed, checked and applied as a whole.
//
// Threads:  every function may be called from any thread. Changes are applied one after the
//           other; a caller waits for its own change and learns its outcome.
// Lifetime: the log system outlives the host. The destructor cuts what is still open.
class Host {
public:
    // Makes an empty host that keeps its state (staged plugins) under config.host.state.
    // `inherited` are the sockets that systemd handed over; null: none.
    Host(const HostConfig& config, LogSystem& logs,
         std::shared_ptr<const InheritedSockets> inherited = nullptr);
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    ~Host();

    // --- changes ---
    // Makes what runs equal to `wanted`. On failure everything is as it was before.
    ChangeResult apply(const HostConfig& wanted);
    // What apply() would do, line by line, without doing it.
    ChangeResult plan(const HostConfig& wanted);
    // Every error of a configuration in its plugins' own keys. Loads plugins, starts nothing.
    [[nodiscard]] PluginCheck check(const HostConfig& wanted);
    // The same with the configuration file read anew.
    ChangeResult reload();
    ChangeResult planReload();

    ChangeResult start(std::string_view service);
    // Drains for the service's drain_timeout, then cuts what is left. The listeners are closed.
    ChangeResult stop(std::string_view service);
    // Takes no new clients and waits until the last one is gone or `limit` has passed; cuts
    // nothing. The service can be started again. Without a name: every service.
    ChangeResult drain(std::string_view service, std::chrono::milliseconds limit);
    ChangeResult restart(std::string_view service);
    // Changes a limit, timeout or access rule of a running service until the next reload.
    ChangeResult set(std::string_view service, std::string_view key, std::string_view value);
    // Cuts one connection, or every one of a service.
    ChangeResult killConnection(std::uint64_t id);
    ChangeResult killService(std::string_view service);
    // Loads a plugin file; services of its kinds go over to it. Clients that are there finish on
    // the old one, for `killAfter` or else for each service's drain_timeout.
    ChangeResult load(const std::filesystem::path& file,
                      std::optional<std::chrono::milliseconds> killAfter = {});
    // Lets go of a plugin that no service uses.
    ChangeResult unload(std::string_view plugin);
    // Takes no new clients, waits for each service's drain_timeout and cuts what is left. False
    // when a handler does not even end then: its thread cannot be joined, so that the process
    // must end without destroying this object.
    // `now`: cuts at once.
    bool shutdown(bool now = false);
    // Whether a plugin's code that took too long still runs: then the process must end without
    // destroying this object.
    [[nodiscard]] bool stuck() const;
    // Lets `offer` pass on everything that listens, while no other change can happen. When it
    // succeeds another process serves from here on: this one takes no new clients, but for those
    // that it has accepted already.
    ChangeResult handOver(const Offer& offer);
    // After a handOver() that succeeded: each service's clients may finish within drain_timeout.
    // shutdown(true) comes next.
    void drainBehind();
    // Everything that listens, each with its service's name.
    [[nodiscard]] std::vector<OwnedListener> listeners() const;
    // Cuts every connection, also while another change waits for them. The host goes on.
    void cutEverything();

    // Called now and after each configuration that was applied; by the thread that applied it,
    // which must not ask for a change in there.
    void onApplied(std::function<void(const HostConfig&)> callback);

    // --- waiting: true when it came true within `limit` ---
    [[nodiscard]] bool waitState(std::string_view service, ServiceState state,
                                 std::chrono::milliseconds limit) const;
    // No open connection in the service (empty: in any).
    [[nodiscard]] bool waitIdle(std::string_view service, std::chrono::milliseconds limit) const;

    // No client left on an old generation of the plugin.
    [[nodiscard]] bool waitUnpinned(std::string_view plugin, std::chrono::milliseconds limit) const;

    // --- looking ---
    [[nodiscard]] HostStatus status() const;
    [[nodiscard]] std::vector<ServiceStatus> services() const;
    [[nodiscard]] std::optional<ServiceStatus> service(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> serviceNames() const;
    [[nodiscard]] std::vector<PluginStatus> plugins() const;
    // Of one service, or of all when `service` is empty.
    [[nodiscard]] std::vector<ConnectionStatus> connections(std::string_view service) const;
    // Who keeps old generations of a plugin loaded.
    [[nodiscard]] std::vector<PinStatus> pins(std::string_view plugin) const;
    // The configuration that is in force, `set` included, as ini lines; secrets are masked. Of all
    // services when `service` is empty.
    [[nodiscard]] std::vector<std::string> show(std::string_view service) const;

    struct State;  // private to host/

private:
    void restoreLogs(const HostOptions& options, LogLevel level, ChangeResult& result);

    std::unique_ptr<State> state_;
};

}  // namespace berth::host
