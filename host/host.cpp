// host/host.cpp - how the host changes.
#include "host/host.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <utility>
#include <vector>

#include "host/host_state.h"
#include "host/log/log_system.h"
#include "host/phrases.h"
#include "host/plugin_check.h"

namespace berth::host {

using Clock = Host::State::Clock;

namespace {

std::vector<std::string> notBeforeTheNextStart(const HostConfig& before, const HostConfig& after) {
    const auto& [was, is] = std::tie(before.host, after.host);
    std::vector<std::string> changed;
    if (before.control != after.control) changed.emplace_back("[control]");
    if (was.state != is.state) changed.emplace_back("[host] state");
    if (was.maxGenerations != is.maxGenerations || was.loadTimeout != is.loadTimeout) {
        changed.emplace_back("[host] max_generations or load_timeout");
    }
    if (was.loops != is.loops || was.stackSize != is.stackSize) {
        changed.emplace_back("[host] loops or stack_size");
    }
    for (auto& line : changed) line += " changed: takes effect at the next start";
    return changed;
}

}  // namespace

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
    return ChangeResult::success(
        (count == 0 ? "nothing" : counted(count, "service")) + std::string(" would change"),
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
    // First, and taken back when the rest fails: a log that cannot be opened refuses the whole.
    auto& logs = state_->resources.logs;
    const auto level = logs.level();
    try {
        logs.reconfigure(read.config.host);
    } catch (const std::exception& error) {
        return ChangeResult::failure("log", std::string(error.what()) + "; nothing was changed");
    }
    auto result = state_->applyChecked(read.config);
    if (!result.ok()) {
        restoreLogs(before.host, level, result);
        return result;
    }
    for (auto& line : notBeforeTheNextStart(before, read.config)) {
        result.lines.push_back(std::move(line));
    }
    return result;
}

void Host::restoreLogs(const HostOptions& options, LogLevel level, ChangeResult& result) {
    auto& logs = state_->resources.logs;
    try {
        logs.reconfigure(options);
    } catch (const std::exception& error) {
        result.lines.push_back(std::string("log: ") + error.what() + "; the new log goes on");
    }
    logs.setLevel(level);
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
    // Side by side: one that takes its time, or whose plugin hangs, delays no other.
    std::vector<std::future<bool>> endings;
    for (const auto& [name, service] : services) {
        const auto limit = cutNow ? kCutGrace : service->config().options.drainTimeout;
        endings.push_back(std::async([&service = *service, deadline = now + limit] {
            if (!service.settle(deadline, "shutdown")) service.cutAll(CutReason::Drained);
            const auto grace = Clock::now() + kCutGrace;
            return service.settle(grace, "shutdown") && service.waitOldGone(grace);
        }));
    }
    const auto ended = std::ranges::count_if(endings, [](auto& ending) { return ending.get(); });
    return ended == std::ssize(endings) && !stuck();
}

bool Host::stuck() const {
    return state_->catalog.calls().anyStuck();
}

void Host::cutEverything() {
    for (const auto& [name, service] : state_->serviceMap()) service->cutAll(CutReason::Drained);
}

}  // namespace berth::host
