// host/operate/operations.cpp
#include "host/operate/operations.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "host/base/phrases.h"

namespace berth::host {

HostStatus Operations::status() const {
    auto status = inventory.status();
    status.oldProcesses = process.oldProcesses();
    return status;
}

std::vector<ConnectionStatus> Operations::connections(std::string_view service) const {
    auto connections = process.oldConnections(service);
    std::ranges::move(inventory.connections(service), std::back_inserter(connections));
    return connections;
}

ChangeResult Operations::killConnection(std::uint64_t id) const {
    auto result = services.killConnection(id);
    if (result.error != ChangeError::NotFound) return result;
    const auto owner = process.killOld(id);
    if (!owner) return result;
    return ChangeResult::success("killed connection " + std::to_string(id) + " of process " +
                                 std::to_string(*owner));
}

ChangeResult Operations::killService(std::string_view service) const {
    auto result = services.killService(service);
    if (result.error == ChangeError::NotFound) return result;
    if (const auto old = process.killOldService(service); old != 0) {
        result.text += ", and " + counted(old, "connection") + " in processes that drain";
    }
    return result;
}

}  // namespace berth::host
