// host/plan.h - the difference between what runs and what is wanted.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "host/config/host_config.h"
#include "host/status.h"

namespace berth::host {

// What a plan needs to know of a service that the host has.
struct RunningView {
    ServiceConfig config;
    ServiceState state = ServiceState::Stopped;
    std::size_t open = 0;         // connections
    bool pluginChanged = false;   // its file was replaced, or another one offers the kind now
    bool pluginRejected = false;  // the file that is wanted failed its probation
};

// What happens to one service.
struct PlanStep {
    enum class Action { Keep, Start, Stop, Change, Remove };

    Action action = Action::Keep;
    std::string name;
    ServiceConfig wanted;              // meaningless for Stop of a removed section
    std::vector<std::string> retuned;  // in place, such as "max_connections 1000 -> 5"
    std::vector<std::string> causes;   // of a new service object: "message", "plugin file"
    std::vector<ListenAddress> opened;
    std::vector<ListenAddress> closed;
    bool newEngine = false;
    std::size_t open = 0;  // connections it has now

    [[nodiscard]] bool redeploys() const noexcept { return !causes.empty(); }
    // One line for an operator, such as `change shout: listen +127.0.0.1:7003`.
    [[nodiscard]] std::string line() const;
};

struct Plan {
    std::vector<PlanStep> steps;  // one for each service, removed ones first

    [[nodiscard]] bool changesNothing() const noexcept;
    // The lines of the steps that change something.
    [[nodiscard]] std::vector<std::string> lines() const;
};

[[nodiscard]] Plan makePlan(const std::vector<RunningView>& running,
                            const std::vector<ServiceConfig>& wanted);

// The common keys whose values differ, each as "key old -> new".
[[nodiscard]] std::vector<std::string> changedOptions(
    const ServiceOptions& before, const ServiceOptions& after,
    const std::function<bool(const std::string& key)>& chosen);

}  // namespace berth::host
