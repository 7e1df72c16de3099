// host/host.cpp - how the host changes.
#include "host/host.h"

#include <algorithm>
#include <utility>

#include "berth/units.h"
#include "host/host_state.h"
#include "host/log/log_system.h"
#include "host/plugin/plugin_error.h"
#include "host/plugin_check.h"

namespace berth::host {
namespace {

using Clock = Host::State::Clock;

// How long a handler that was cut may take to notice.
constexpr std::chrono::seconds kCutGrace{5};

ChangeResult badConfiguration(const std::vector<Diagnostic>& diagnostics) {
    std::vector<std::string> lines;
    for (const auto& diagnostic : diagnostics) lines.push_back(oneLine(diagnostic));
    const auto text = std::to_string(lines.size()) + (lines.size() == 1 ? " error" : " errors") +
                      " in the configuration; nothing was changed";
    return ChangeResult::failure("bad-config", text, std::move(lines));
}

std::string countText(std::uint64_t count) {
    return std::to_string(count) + (count == 1 ? " connection" : " connections");
}

}  // namespace

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
                       const ServiceConfig& before) { wentBack(service, failed, before); }) {
    config.file = initial.file;
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

void Host::State::watchNew(const std::shared_ptr<RunningService>& service,
                           const PreparedService& parts) {
    if (!parts.deployment) return;
    // One that is still on probation is no place to go back to.
    auto before = probation.end(*service);
    if (!before) before = {service->core().deployment(), service->config()};
    if (!before->deployment || parts.config.options.probation.none()) return;
    if (&parts.deployment->generation() == &before->deployment->generation()) return;
    probation.begin(service, parts.deployment, *std::move(before), parts.config.options);
}

void Host::State::wentBack(const std::shared_ptr<RunningService>& service,
                           const std::shared_ptr<Deployment>& failed, const ServiceConfig& before) {
    const std::lock_guard change(changes);
    retirement.add(service, failed, Clock::now() + service->config().options.drainTimeout);
    auto current = service->config();
    current.settings = before.settings;
    current.options.plugin = before.options.plugin;
    service->replaceConfig(current);
    // What `load` holds would be preferred again by the next change.
    const auto& file = failed->generation().file();
    const auto kept = keptFiles.find(file.name);
    if (kept != keptFiles.end() && kept->second == file.path) {
        catalog.release(file.name);
        keptFiles.erase(kept);
    }
}

std::vector<std::string> Host::State::retire(const std::vector<PreparedStep>& steps,
                                             std::optional<std::chrono::milliseconds> killAfter) {
    using Action = PlanStep::Action;
    std::vector<std::string> lines;
    for (const auto& prepared : steps) {
        const auto& step = prepared.step;
        std::string line;
        if (step.action == Action::Change && (step.redeploys() || step.newEngine)) {
            line = retireReplaced(prepared, killAfter.value_or(step.wanted.options.drainTimeout));
        } else if (step.action == Action::Stop || step.action == Action::Remove) {
            line = retireEnded(prepared);
        }
        if (!line.empty()) lines.push_back(std::move(line));
    }
    return lines;
}

std::string Host::State::retireReplaced(const PreparedStep& step, std::chrono::milliseconds limit) {
    retirement.add(step.service, step.replaced, Clock::now() + limit);
    const auto replaced = step.replaced.lock();
    const auto open = replaced ? step.service->openOn(replaced->number()) : 0;
    if (open == 0) return {};
    return step.step.name + ": " + countText(open) + " may finish on the old service object for " +
           formatDuration(limit);
}

std::string Host::State::retireEnded(const PreparedStep& prepared) {
    auto& service = *prepared.service;
    const bool disabled = prepared.step.action == PlanStep::Action::Stop;
    const auto deadline = Clock::now() + prepared.step.wanted.options.drainTimeout;
    auto line = closeAndSettle(service, disabled ? "enabled = off" : "removed", deadline);
    if (service.state() != ServiceState::Stopped) return line;
    if (disabled) {
        service.setState(ServiceState::Disabled, "enabled = off");
    } else {
        const std::lock_guard lock(mutex);
        services.erase(prepared.step.name);
    }
    return line;
}

std::string Host::State::closeAndSettle(RunningService& service, const std::string& reason,
                                        Clock::time_point deadline) {
    static_cast<void>(probation.end(service));
    service.close();
    if (service.settle(deadline, reason)) return {};
    const auto cut = service.cutAll(CutReason::Drained);
    if (service.settle(Clock::now() + kCutGrace, reason)) {
        return service.name() + ": cut " + countText(cut) + " at the end of drain_timeout";
    }
    service.setState(ServiceState::Draining, "a handler does not end");
    return service.name() + ": a handler does not end; the service stays draining";
}

Host::Host(const HostConfig& config, LogSystem& logs,
           std::shared_ptr<const InheritedSockets> inherited)
    : state_(std::make_unique<State>(config, logs, std::move(inherited))) {}

Host::~Host() {
    shutdown(true);
}

void Host::onApplied(std::function<void(const HostConfig&)> callback) {
    const std::lock_guard change(state_->changes);
    state_->applied = std::move(callback);
    if (state_->applied) state_->applied(state_->configuration());
}

ChangeResult Host::apply(const HostConfig& wanted) {
    const std::lock_guard change(state_->changes);
    return state_->applyLocked(wanted);
}

ChangeResult Host::plan(const HostConfig& wanted) {
    const std::lock_guard change(state_->changes);
    const auto check = checkPlugins(wanted, state_->catalog);
    if (!check.diagnostics.empty()) return badConfiguration(check.diagnostics);
    const auto plan = makePlan(state_->views(wanted), wanted.services);
    auto lines = plan.lines();
    const auto count = lines.size();
    return ChangeResult::success(count == 0   ? "nothing would change"
                                 : count == 1 ? "1 service would change"
                                              : std::to_string(count) + " services would change",
                                 std::move(lines));
}

PluginCheck Host::check(const HostConfig& wanted) {
    return checkPlugins(wanted, state_->catalog);
}

ChangeResult Host::reload() {
    const std::lock_guard change(state_->changes);
    const auto before = state_->configuration();
    const auto read = loadHostConfig(before.file);
    const auto check = checkEverything(read, state_->catalog);
    if (!check.diagnostics.empty()) return badConfiguration(check.diagnostics);
    auto result = state_->applyChecked(read.config);
    if (!result.ok()) return result;
    try {
        state_->resources.logs.reconfigure(read.config.host);
    } catch (const std::exception& error) {
        result.lines.push_back(std::string("log: ") + error.what() + "; the old log goes on");
    }
    if (read.config.control != before.control) {
        result.lines.emplace_back("[control] changed: takes effect at the next start");
    }
    if (read.config.host.state != before.host.state) {
        result.lines.emplace_back("[host] state changed: takes effect at the next start");
    }
    if (read.config.host.maxGenerations != before.host.maxGenerations ||
        read.config.host.loadTimeout != before.host.loadTimeout) {
        result.lines.emplace_back(
            "[host] max_generations or load_timeout changed: takes effect at the next start");
    }
    if (read.config.host.loops != before.host.loops ||
        read.config.host.stackSize != before.host.stackSize) {
        result.lines.emplace_back(
            "[host] loops or stack_size changed: takes effect at the next start");
    }
    return result;
}

ChangeResult Host::planReload() {
    const auto read = loadHostConfig(state_->configuration().file);
    const auto check = checkEverything(read, state_->catalog);
    if (!check.diagnostics.empty()) return badConfiguration(check.diagnostics);
    return plan(read.config);
}

bool Host::shutdown(bool cutNow) {
    // At once, whatever change is under way: no new client, no new service.
    state_->draining = true;
    for (const auto& [name, service] : state_->serviceMap()) service->core().admission().close();
    if (cutNow) cutEverything();
    const std::lock_guard change(state_->changes);
    const auto now = Clock::now();
    const auto services = state_->serviceMap();
    for (const auto& [name, service] : services) {
        static_cast<void>(state_->probation.end(*service));
        service->close();
    }
    if (cutNow) cutEverything();
    for (const auto& [name, service] : services) {
        const auto limit = cutNow ? kCutGrace : service->config().options.drainTimeout;
        const auto deadline = now + limit;
        if (!service->settle(deadline, "shutdown")) service->cutAll(CutReason::Drained);
    }
    const auto grace = Clock::now() + kCutGrace;
    if (stuck()) return false;
    return std::ranges::all_of(services, [&](const auto& entry) {
        return entry.second->settle(grace, "shutdown") && entry.second->waitOldGone(grace);
    });
}

bool Host::stuck() const {
    return state_->catalog.calls().anyStuck();
}

void Host::cutEverything() {
    for (const auto& [name, service] : state_->serviceMap()) service->cutAll(CutReason::Drained);
}

}  // namespace berth::host
