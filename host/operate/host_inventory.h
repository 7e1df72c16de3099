// host/operate/host_inventory.h
#pragma once

#include <chrono>

#include "host/change/reconciler.h"
#include "host/operate/inventory.h"

namespace berth::host {

// Lifetime: borrows all.
class HostInventory final : public Inventory {
public:
    HostInventory(const ServiceTable& services, Catalog& catalog, const AppliedConfig& applied,
                  const ChangeTurns& turns, const HangWatch& hangs)
        : services_(services), catalog_(catalog), applied_(applied), turns_(turns), hangs_(hangs) {}

    [[nodiscard]] HostStatus status() const override;
    [[nodiscard]] std::vector<ServiceStatus> services() const override;
    [[nodiscard]] std::optional<ServiceStatus> service(std::string_view name) const override;
    [[nodiscard]] std::vector<std::string> serviceNames() const override;
    [[nodiscard]] std::vector<PluginStatus> plugins() const override;
    [[nodiscard]] std::vector<ConnectionStatus> connections(
        std::string_view service) const override;
    [[nodiscard]] std::vector<PinStatus> pins(std::string_view plugin) const override;
    [[nodiscard]] std::vector<std::string> show(std::string_view service) const override;

    [[nodiscard]] bool waitState(std::string_view service, ServiceState state,
                                 std::chrono::milliseconds limit) const override;
    [[nodiscard]] bool waitIdle(std::string_view service,
                                std::chrono::milliseconds limit) const override;
    [[nodiscard]] bool waitUnpinned(std::string_view plugin,
                                    std::chrono::milliseconds limit) const override;

private:
    using Clock = std::chrono::steady_clock;

    [[nodiscard]] std::vector<std::string> show(const RunningService& service) const;
    // The settings of a service's kind; empty when its plugin cannot be read.
    [[nodiscard]] std::vector<FieldDescription> describe(const ServiceConfig& service) const;

    const ServiceTable& services_;
    Catalog& catalog_;
    const AppliedConfig& applied_;
    const ChangeTurns& turns_;
    const HangWatch& hangs_;
    const Clock::time_point started_ = Clock::now();
};

}  // namespace berth::host
