// host/operate/host_service_control.h
#pragma once

#include <functional>
#include <memory>

#include "host/change/reload.h"
#include "host/operate/service_control.h"

namespace berth::host {

// Lifetime: borrows all.
class HostServiceControl final : public ServiceControl {
public:
    HostServiceControl(ChangeTurns& turns, ServiceTable& services, Reconciler& reconciler,
                       LogSystem& logs, const HangWatch& hangs)
        : turns_(turns), services_(services), reconciler_(reconciler), logs_(logs), hangs_(hangs) {}

    ChangeResult reload(bool allowEmpty) override;
    ChangeResult planReload() override;
    ChangeResult start(std::string_view service) override;
    ChangeResult stop(std::string_view service) override;
    ChangeResult drain(std::string_view service, std::chrono::milliseconds limit) override;
    ChangeResult restart(std::string_view service) override;
    ChangeResult set(std::string_view service, std::string_view key,
                     std::string_view value) override;
    ChangeResult killConnection(std::uint64_t id) override;
    ChangeResult killService(std::string_view service) override;

private:
    using ServicePtr = std::shared_ptr<RunningService>;

    // With the turn of a change, and the service if there is one of that name.
    ChangeResult change(std::string_view name,
                        const std::function<ChangeResult(const ServicePtr&)>& change);
    // Carries out one step that serves it, `enabled` or not. `done` tells so.
    ChangeResult serve(const ServicePtr& service, std::string done,
                       const std::function<PlanStep(ResolvedService)>& step);
    // Closes those that are chosen and serve.
    [[nodiscard]] std::optional<ChangeResult> closeForDrain(std::string_view name,
                                                            ServiceMap& chosen);
    [[nodiscard]] ChangeResult notFound(std::string_view name) const;

    ChangeTurns& turns_;
    ServiceTable& services_;
    Reconciler& reconciler_;
    LogSystem& logs_;
    const HangWatch& hangs_;
};

}  // namespace berth::host
