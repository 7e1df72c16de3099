// host/operate/operations.h - everything that an operator can ask for.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "host/operate/inventory.h"
#include "host/operate/plugin_control.h"
#include "host/operate/process_control.h"
#include "host/operate/service_control.h"

namespace berth::host {

// Those who serve operators see a host through these, and are tested without one.
//
// Threads: any.
struct Operations {
    Inventory& inventory;
    ServiceControl& services;
    PluginControl& plugins;
    ProcessControl& process;

    // --- with the processes that this one took over from, while they drain ---
    [[nodiscard]] HostStatus status() const;
    // Of one service, or of all when `service` is empty; older processes first.
    [[nodiscard]] std::vector<ConnectionStatus> connections(std::string_view service) const;
    [[nodiscard]] ChangeResult killConnection(std::uint64_t id) const;
    [[nodiscard]] ChangeResult killService(std::string_view service) const;
};

}  // namespace berth::host
