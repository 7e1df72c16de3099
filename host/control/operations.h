// host/control/operations.h - what the commands of the control port ask of a running host.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "berth/log.h"
#include "host/change_result.h"
#include "host/status.h"

namespace berth::host::control {

// The commands see the host through this, so that the protocol is tested without a host.
//
// Threads: every function may be called from any thread, also several at once.
class Operations {
public:
    Operations(const Operations&) = delete;
    Operations& operator=(const Operations&) = delete;
    virtual ~Operations() = default;

    // --- changes: each returns when its outcome is known ---
    virtual ChangeResult start(std::string_view service) = 0;
    virtual ChangeResult stop(std::string_view service) = 0;
    // Takes no new clients; waits for those there are, cuts none. Empty name: every service.
    virtual ChangeResult drain(std::string_view service, std::chrono::milliseconds limit) = 0;
    virtual ChangeResult restart(std::string_view service) = 0;
    virtual ChangeResult killConnection(std::uint64_t id) = 0;
    virtual ChangeResult killService(std::string_view service) = 0;
    virtual ChangeResult reload() = 0;
    virtual ChangeResult planReload() = 0;
    // `killAfter` bounds the clients of what is replaced; nothing: each service's drain_timeout.
    virtual ChangeResult load(const std::filesystem::path& file,
                              std::optional<std::chrono::milliseconds> killAfter) = 0;
    virtual ChangeResult unload(std::string_view plugin) = 0;
    virtual ChangeResult set(std::string_view service, std::string_view key,
                             std::string_view value) = 0;
    virtual void setLogLevel(LogLevel level) = 0;
    // Opens the log files again at their paths.
    virtual ChangeResult reopenLogs() = 0;
    // Replaces the process by a new one; empty: its own binary. On success leave() comes next.
    virtual ChangeResult upgrade(const std::filesystem::path& binary) = 0;
    // Asks the process to drain behind the one that took over; returns at once.
    virtual void leave() = 0;
    // Asks the process to end; returns at once. `now` cuts the clients instead of draining.
    virtual void requestShutdown(bool now) = 0;

    // --- waiting: true when it came true within `limit` ---
    [[nodiscard]] virtual bool waitState(std::string_view service, ServiceState state,
                                         std::chrono::milliseconds limit) const = 0;
    [[nodiscard]] virtual bool waitIdle(std::string_view service,
                                        std::chrono::milliseconds limit) const = 0;
    // No client is left on an old generation of the plugin.
    [[nodiscard]] virtual bool waitUnpinned(std::string_view plugin,
                                            std::chrono::milliseconds limit) const = 0;

    // --- looking ---
    [[nodiscard]] virtual HostStatus status() const = 0;
    [[nodiscard]] virtual std::vector<ServiceStatus> services() const = 0;
    [[nodiscard]] virtual std::optional<ServiceStatus> service(std::string_view name) const = 0;
    [[nodiscard]] virtual std::vector<std::string> serviceNames() const = 0;
    [[nodiscard]] virtual std::vector<PluginStatus> plugins() const = 0;
    [[nodiscard]] virtual std::vector<ConnectionStatus> connections(
        std::string_view service) const = 0;
    [[nodiscard]] virtual std::vector<PinStatus> pins(std::string_view plugin) const = 0;
    [[nodiscard]] virtual std::vector<std::string> show(std::string_view service) const = 0;
    [[nodiscard]] virtual LogLevel logLevel() const = 0;

protected:
    Operations() = default;
};

}  // namespace berth::host::control
