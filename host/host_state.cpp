// host/host_state.cpp - how a change is checked, prepared and put in force.
#include "host/host_state.h"

#include <algorithm>
#include <utility>

#include "host/log/log_system.h"
#include "host/phrases.h"
#include "host/plugin/plugin_error.h"
#include "host/plugin_check.h"

namespace berth::host {

ChangeResult badConfiguration(const std::vector<Diagnostic>& diagnostics) {
    std::vector<std::string> lines;
    for (const auto& diagnostic : diagnostics) lines.push_back(oneLine(diagnostic));
    const auto text = counted(lines.size(), "error") + " in the configuration; nothing was changed";
    return ChangeResult::failure("bad-config", text, std::move(lines));
}

Host::State::State(const HostConfig& initial, LogSystem& logs,
                   std::shared_ptr<const InheritedSockets> inherited)
    : resources{logs,
                inherited ? std::move(inherited) : std::make_shared<const InheritedSockets>(),
                {initial.host.loops, initial.host.stackSize.value},
                {},
                0,
                0},
      catalog(StagingFolder(initial.host.state / "plugins"), logs.host(),
              {initial.host.maxGenerations, initial.host.loadTimeout}),
      probation(logs.host(),
                [this](const std::shared_ptr<RunningService>& service,
                       const std::shared_ptr<Deployment>& failed,
                       const Probation::Before& before) { wentBack(service, failed, before); }) {
    config.file = initial.file;
    config.readAt = initial.readAt;
    config.host = initial.host;
    config.control = initial.control;
}

ChangeResult Host::State::applyLocked(const HostConfig& wanted, bool restart,
                                      std::optional<std::chrono::milliseconds> killAfter) {
    const auto check = checkPlugins(wanted, catalog);
    if (!check.diagnostics.empty()) return badConfiguration(check.diagnostics);
    return applyChecked(wanted, restart, killAfter);
}

ChangeResult Host::State::applyChecked(const HostConfig& wanted, bool restart,
                                       std::optional<std::chrono::milliseconds> killAfter) try {
    auto plan = makePlan(views(wanted), wanted.services);
    if (!restart) {
        std::erase_if(plan.steps,
                      [](const PlanStep& step) { return step.action == PlanStep::Action::Start; });
    }
    auto result = carryOut(plan, wanted.host, killAfter);
    if (!result.ok()) return result;

    std::uint64_t number = 0;
    {
        const std::lock_guard lock(mutex);
        number = ++generation;
        order.clear();
        for (const auto& service : wanted.services) order.push_back(service.name);
        config.file = wanted.file;
        config.readAt = wanted.readAt;
        config.host = wanted.host;
    }
    if (applied) applied(configuration());
    const auto text = plan.changesNothing() ? "nothing to change" : "applied";
    result.text = std::string(text) + ", generation " + std::to_string(number);
    return result;
} catch (const PluginError& error) {
    return ChangeResult::failure("bad-plugin", error.what());
}

ChangeResult Host::State::carryOut(const Plan& plan, const HostOptions& options,
                                   std::optional<std::chrono::milliseconds> killAfter) {
    if (draining) return ChangeResult::failure("refused", "the host is shutting down");
    const auto running = serviceMap();
    Preparation preparation(options, catalog, resources, running);
    try {
        preparation.prepare(plan);
    } catch (const ListenError& error) {
        return ChangeResult::failure("address", error.what());
    } catch (const PluginError& error) {
        return ChangeResult::failure("bad-plugin", error.what());
    } catch (const std::exception& error) {
        return ChangeResult::failure("failed", error.what());
    }
    auto& steps = preparation.steps();
    auto failures = commit(steps);
    auto lines = plan.lines();
    for (auto& line : retire(steps, killAfter)) lines.push_back(std::move(line));
    if (failures.empty()) return ChangeResult::success("done", std::move(lines));
    return ChangeResult::failure("failed", "not everything could be put in force",
                                 std::move(failures));
}

std::vector<std::string> Host::State::commit(std::vector<PreparedStep>& steps) {
    using Action = PlanStep::Action;
    std::vector<std::string> failures;
    // First everything lets go of what others take over, then everybody takes.
    for (auto& [step, service, parts, replaced] : steps) {
        if (step.action == Action::Stop || step.action == Action::Remove) {
            static_cast<void>(probation.end(*service));
            service->close();
        }
        if (step.action == Action::Change && !step.closed.empty()) {
            auto kept = service->listeners();
            std::erase_if(kept, [&](const auto& listener) {
                return std::ranges::find(parts.listeners, listener) == parts.listeners.end();
            });
            service->listenOnly(kept);
        }
    }
    for (auto& [step, service, parts, replaced] : steps) {
        replaced = service->core().deployment();
        if (step.action == Action::Start || step.action == Action::Change) {
            try {
                for (const auto& listener : parts.listeners) {
                    listener->retune(listenOptions(parts.config.options));
                }
                watchNew(service, parts);
                service->commit(std::move(parts));
            } catch (const std::exception& error) {
                service->setState(ServiceState::Failed, error.what());
                failures.push_back(step.name + ": " + error.what());
            }
        } else if (step.action != Action::Remove) {
            service->replaceConfig(parts.config);
            if (parts.setup) service->core().retune(parts.config.options, std::move(parts.setup));
            if (!parts.config.options.enabled && step.action == Action::Keep) {
                service->setState(ServiceState::Disabled, "enabled = off");
            }
        }
        const std::lock_guard lock(mutex);
        services[step.name] = service;
    }
    return failures;
}

}  // namespace berth::host
