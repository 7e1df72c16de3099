// host/change/plan.h - the difference between what runs and what is wanted.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "host/change/resolution.h"
#include "host/service/service_status.h"
#include "host/service/service_table.h"

namespace berth::host {

// What a plan needs to know of a service that the host has.
struct RunningView {
    ServiceConfig config;
    ServiceState state = ServiceState::Stopped;
    std::size_t open = 0;          // connections
    DeployedVersionPtr version{};  // that serves; may be null
};

// What happens to one service.
namespace step {

struct Keep {
    ResolvedService wanted;
    bool staysStopped = false;  // an operator stopped it, and did not start it since
};

struct Start {
    ResolvedService wanted;
};

struct Change {
    ResolvedService wanted;
    std::vector<std::string> retuned{};  // in place, such as "max_connections 1000 -> 5"
    std::vector<std::string> causes{};   // of a new service object: "message", "plugin file"
    std::vector<ListenAddress> opened{};
    std::vector<ListenAddress> closed{};
    bool newEngine = false;
    std::size_t open = 0;  // connections it has now

    [[nodiscard]] bool redeploys() const noexcept { return !causes.empty(); }
    [[nodiscard]] bool nothing() const noexcept;
};

// It stays configured, with `enabled = off`.
struct Stop {
    ServiceConfig wanted;
    std::vector<ListenAddress> closed;
    std::size_t open = 0;
};

struct Remove {
    ServiceConfig running;
    std::vector<ListenAddress> closed;
    std::size_t open = 0;
};

}  // namespace step

using PlanStep = std::variant<step::Keep, step::Start, step::Change, step::Stop, step::Remove>;

[[nodiscard]] const ServiceConfig& configOf(const PlanStep& step) noexcept;
// The addresses that the service gives up.
[[nodiscard]] const std::vector<ListenAddress>& closedBy(const PlanStep& step) noexcept;
// One line for an operator, such as `change shout: open 127.0.0.1:7003`.
[[nodiscard]] std::string lineOf(const PlanStep& step);

struct Plan {
    std::vector<PlanStep> steps;  // one for each service, removed ones first

    [[nodiscard]] bool changesNothing() const noexcept;
    // How many services change.
    [[nodiscard]] std::size_t changes() const noexcept;
    // The lines of the steps that change something, or leave stopped what is to be served.
    [[nodiscard]] std::vector<std::string> lines() const;
};

// What an operator stopped stays so, whatever is wanted.
[[nodiscard]] Plan makePlan(const std::vector<RunningView>& running,
                            const std::vector<ResolvedService>& wanted,
                            const ServiceNames& stopped = {});

// The common keys whose values differ, each as "key old -> new".
[[nodiscard]] std::vector<std::string> changedOptions(
    const ServiceOptions& before, const ServiceOptions& after,
    const std::function<bool(const std::string& key)>& chosen);

}  // namespace berth::host
