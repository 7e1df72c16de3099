// host/host.h - the running host: owns what serves, and what changes it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/change/reconciler.h"
#include "host/change/rollback.h"
#include "host/operate/host_inventory.h"
#include "host/operate/host_plugin_control.h"
#include "host/operate/host_service_control.h"

namespace berth::host {

class LogSystem;

struct OwnedListener {
    std::string owner;
    std::shared_ptr<Listener> listener;
};
using Offer =
    std::function<ChangeResult(const std::vector<OwnedListener>& listeners, const HostOptions&)>;

// Plugins, listeners, engines, services, and the roles in which they are operated. Start-up is the
// plan from nothing; each later change is a plan too, computed, checked and applied as a whole.
//
// Threads:  every function may be called from any thread. Changes are applied one after the
//           other; a caller waits for its own change and learns its outcome.
// Lifetime: the log system outlives the host. The destructor cuts what is still open.
class Host {
public:
    // Makes an empty host that keeps its state (staged plugins) under config.host.state.
    // `inherited` are the sockets that systemd handed over; null: none. `opener`: berthd, which
    // opens plugins in a child process first; empty: they are opened at once.
    Host(const HostConfig& config, LogSystem& logs,
         std::shared_ptr<const InheritedSockets> inherited = nullptr,
         const std::filesystem::path& opener = {});
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    ~Host();

    [[nodiscard]] Inventory& inventory() noexcept { return inventory_; }
    [[nodiscard]] ServiceControl& services() noexcept { return serviceControl_; }
    [[nodiscard]] PluginControl& plugins() noexcept { return pluginControl_; }

    // Every error of a configuration in its plugins' own keys, or what it means. Loads plugins,
    // starts nothing.
    [[nodiscard]] Resolution resolve(const HostConfig& wanted);
    // Makes what runs equal to it. On failure everything is as it was before.
    ChangeResult apply(const HostConfig& wanted, const Resolution& resolution);
    ChangeResult apply(const HostConfig& wanted);
    // Called now and after each configuration that was applied; by the thread that applied it,
    // which must not ask for a change in there.
    void onApplied(std::function<void(const HostConfig&)> callback);

    // --- its end ---
    // Takes no new clients and, unless it is to end now, waits for each service's drain_timeout;
    // then cuts what is left. False when a handler does not even end then: its thread cannot be
    // joined, so that the process must end without destroying this object.
    bool shutdown(Shutdown how);
    // What shutdown() and drainBehind() may take at the longest, with a change that is under way.
    [[nodiscard]] std::chrono::milliseconds longestEnd() const;
    // Whether a plugin's code that took too long still runs: then the process must end without
    // destroying this object.
    [[nodiscard]] bool stuck() { return catalog_.calls().anyStuck(); }
    // Cuts every connection, also while another change waits for them. The host goes on.
    void cutEverything();
    // False when a loop did not turn for a while.
    [[nodiscard]] bool loopsTurn() const { return hangs_.allTurn(); }

    // --- giving place to another process ---
    // Lets `offer` pass on everything that listens, while no other change can happen. When it
    // succeeds another process serves from here on: this one takes no new clients, but for those
    // that it has accepted already.
    ChangeResult handOver(const Offer& offer);
    // After it: what to tell who asks this process for a change of the whole.
    [[nodiscard]] std::optional<ChangeResult> handedOver() const { return turns_.handedOver(); }
    // After a handOver() that succeeded: each service's clients may finish within drain_timeout.
    // shutdown(Shutdown::Now) comes next.
    void drainBehind();
    // Everything that listens, each with its service's name.
    [[nodiscard]] std::vector<OwnedListener> listeners() const;
    // Connections are numbered from there on, so that no two processes use one number.
    void numberConnectionsBehind(std::uint64_t last);
    [[nodiscard]] std::uint64_t lastConnection() const { return resources_.lastConnection; }
    // What an operator stopped, and did not start since: no reload does.
    [[nodiscard]] std::vector<std::string> stoppedByOperator() const;
    // These stay stopped when they are first configured: they were in the process before.
    void keepStopped(const std::vector<std::string>& services);

private:
    HostResources resources_;
    Catalog catalog_;
    ServiceTable services_;
    AppliedConfig applied_;
    ChangeTurns turns_;
    // Their threads end before what they use.
    HangWatch hangs_;
    RetiredVersions retired_;
    Rollback rollback_{turns_, catalog_, applied_, retired_};
    CanaryWatch canaries_;

    Reconciler reconciler_{
        {resources_, catalog_, services_, applied_, turns_, hangs_, retired_, canaries_}};
    HostInventory inventory_{services_, catalog_, applied_, turns_, hangs_};
    HostServiceControl serviceControl_;
    HostPluginControl pluginControl_{turns_, catalog_, services_, reconciler_};
};

}  // namespace berth::host
