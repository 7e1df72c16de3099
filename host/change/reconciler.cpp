// host/change/reconciler.cpp
#include "host/change/reconciler.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <string>
#include <utility>

#include "host/base/phrases.h"
#include "host/base/want_of_memory.h"
#include "host/change/failures.h"
#include "host/change/transaction.h"
#include "host/listen/descriptor_limit.h"
#include "host/log/log_system.h"

namespace berth::host {

ChangeResult badConfiguration(const std::vector<Diagnostic>& diagnostics) {
    std::vector<std::string> lines;
    for (const auto& diagnostic : firstOf(diagnostics)) lines.push_back(oneLine(diagnostic));
    const auto text =
        counted(diagnostics.size(), "error") + " in the configuration; nothing was changed";
    return ChangeResult::failure(ChangeError::BadConfig, text, std::move(lines));
}

Resolver Reconciler::resolver(const HostOptions& options) const {
    return {options, parts_.catalog};
}

HostConfig Reconciler::configuration() const {
    auto config = parts_.applied.config();
    config.services = parts_.services.configurations();
    return config;
}

void Reconciler::onApplied(std::function<void(const HostConfig&)> callback) {
    onApplied_ = std::move(callback);
    if (onApplied_) onApplied_(configuration());
}

ChangeResult Reconciler::apply(const HostConfig& wanted, Limit killAfter) {
    return apply(wanted, resolver(wanted.host).resolveAll(wanted.services), killAfter);
}

ChangeResult Reconciler::apply(const HostConfig& wanted, const Resolution& resolution,
                               Limit killAfter) {
    if (!resolution.diagnostics.empty()) return badConfiguration(resolution.diagnostics);
    const auto plan = planFor(resolution);
    std::vector<std::string> order;
    for (const auto& service : wanted.services) order.push_back(service.name);
    auto next = parts_.applied.after(wanted);
    auto result = carryOut(plan, killAfter);
    if (!result.ok()) return result;
    parts_.services.setOrder(std::move(order));
    parts_.applied.replace(std::move(next));
    parts_.hangs.setLimit(wanted.host.hangReport);
    tellApplied();
    ifMemoryAllows([&] {
        const auto shortage = descriptorShortage(wanted.services);
        if (!shortage.empty()) parts_.resources.logs.host().warning(shortage);
    });
    ifMemoryAllows([&] {
        result.text = std::string(plan.changesNothing() ? "nothing to change" : "applied") +
                      ", generation " + std::to_string(parts_.applied.generation());
    });
    return result;
}

// The change is in force: whatever goes wrong here is no failure of it.
void Reconciler::tellApplied() noexcept {
    if (!onApplied_) return;
    try {
        untilMemoryAllows([&] { onApplied_(configuration()); });
    } catch (const std::exception& error) {
        ifMemoryAllows([&] {
            parts_.resources.logs.host().error(
                std::string("the change is in force, but not all that follows it: ") +
                error.what());
        });
    }
}

Plan Reconciler::planFor(const Resolution& resolution) const {
    const auto services = parts_.services.all();
    std::vector<RunningView> running;
    for (const auto& [name, service] : services) {
        running.push_back(
            {service->config(), service->state(), service->open(), service->version()});
    }
    auto wanted = resolution.services;
    for (auto& each : wanted) {
        const auto found = services.find(each.config.name);
        if (found == services.end() || found->second->state() != ServiceState::Serving) continue;
        if (each.config.options.enabled) keepWhereRejected(each, *found->second);
    }
    return makePlan(running, wanted, parts_.services.stoppedByOperator());
}

ChangeResult Reconciler::plan(const Resolution& resolution) const {
    if (!resolution.diagnostics.empty()) return badConfiguration(resolution.diagnostics);
    const auto plan = planFor(resolution);
    const auto count = plan.changes();
    return ChangeResult::success(
        (count == 0 ? "nothing" : counted(count, "service")) + std::string(" would change"),
        plan.lines());
}

ChangeResult Reconciler::carryOut(const Plan& plan, Limit killAfter) {
    if (auto refused = parts_.turns.refusal()) return *std::move(refused);
    const auto running = parts_.services.all();
    Preparation preparation(parts_.catalog, parts_.resources, running);
    Transaction transaction(parts_.services, parts_.canaries, parts_.retired,
                            parts_.resources.logs.host());
    auto& steps = preparation.steps();
    auto lines = plan.lines();
    auto failure = failureOf([&] {
        preparation.prepare(plan);
        transaction.prepare(steps);
    });
    if (failure) return *std::move(failure);
    auto notes = transaction.commit(steps);
    auto endings = drain().retire(steps, killAfter);
    ifMemoryAllows([&] {
        std::ranges::move(notes, std::back_inserter(lines));
        std::ranges::move(endings, std::back_inserter(lines));
    });
    return ChangeResult::success("done", std::move(lines));
}

}  // namespace berth::host
