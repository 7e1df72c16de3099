// host/operate/inventory.h - what can be asked of a host that serves.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/operate/host_status.h"
#include "host/plugin/plugin_status.h"
#include "host/service/service_status.h"

namespace berth::host {

// Of this process alone. Values, copied out under no lock of the caller's.
//
// Threads: any.
class Inventory {
public:
    Inventory(const Inventory&) = delete;
    Inventory& operator=(const Inventory&) = delete;
    virtual ~Inventory() = default;

    [[nodiscard]] virtual HostStatus status() const = 0;
    [[nodiscard]] virtual std::vector<ServiceStatus> services() const = 0;
    [[nodiscard]] virtual std::optional<ServiceStatus> service(std::string_view name) const = 0;
    [[nodiscard]] virtual std::vector<std::string> serviceNames() const = 0;
    [[nodiscard]] virtual std::vector<PluginStatus> plugins() const = 0;
    // Of one service, or of all when `service` is empty.
    [[nodiscard]] virtual std::vector<ConnectionStatus> connections(
        std::string_view service) const = 0;
    // Who keeps old generations of a plugin loaded.
    [[nodiscard]] virtual std::vector<PinStatus> pins(std::string_view plugin) const = 0;
    // The configuration that is in force, `set` included, as ini lines; secrets are masked. Of all
    // services when `service` is empty.
    [[nodiscard]] virtual std::vector<std::string> show(std::string_view service) const = 0;

    // --- waiting: true when it came true within `limit` ---
    [[nodiscard]] virtual bool waitState(std::string_view service, ServiceState state,
                                         std::chrono::milliseconds limit) const = 0;
    // No open connection in the service (empty: in any).
    [[nodiscard]] virtual bool waitIdle(std::string_view service,
                                        std::chrono::milliseconds limit) const = 0;
    // No client is left on an old generation of the plugin.
    [[nodiscard]] virtual bool waitUnpinned(std::string_view plugin,
                                            std::chrono::milliseconds limit) const = 0;

protected:
    Inventory() = default;
};

}  // namespace berth::host
