// host/host_operations.cpp - what an operator asks of single services and plugins.
#include <algorithm>

#include "berth/words.h"
#include "host/host_state.h"
#include "host/log/log_system.h"
#include "host/plugin/plugin_error.h"
#include "host/plugin_check.h"

namespace berth::host {
namespace {

using Clock = Host::State::Clock;

// The keys that `set` changes: they need no new service object, listener or engine.
constexpr std::array<std::string_view, 12> kLiveKeys{
    "max_connections", "max_per_client", "rate",  "overflow", "idle_timeout", "write_timeout",
    "max_lifetime",    "drain_timeout",  "allow", "deny",     "nodelay",      "keepalive"};

PlanStep soleStart(const ServiceConfig& config) {
    auto wanted = config;
    wanted.options.enabled = true;
    return makePlan({}, {wanted}).steps.front();
}

}  // namespace

ChangeResult Host::start(std::string_view name) {
    const std::lock_guard change(state_->changes);
    const auto service = state_->find(name);
    if (!service) return state_->notFound(name);
    if (service->state() == ServiceState::Serving) {
        return ChangeResult::success(std::string(name) + " is serving already");
    }
    auto result = state_->carryOut({{soleStart(service->config())}}, state_->configuration().host);
    if (result.ok()) result.text = std::string(name) + " is serving";
    return result;
}

ChangeResult Host::stop(std::string_view name) {
    const std::lock_guard change(state_->changes);
    const auto service = state_->find(name);
    if (!service) return state_->notFound(name);
    auto line = state_->closeAndSettle(*service, "stopped by an operator",
                                       Clock::now() + service->config().options.drainTimeout);
    if (service->state() != ServiceState::Stopped) return ChangeResult::failure("failed", line);
    std::vector<std::string> lines;
    if (!line.empty()) lines.push_back(std::move(line));
    return ChangeResult::success(std::string(name) + " is stopped", std::move(lines));
}

ChangeResult Host::drain(std::string_view name, std::chrono::milliseconds limit) {
    const auto deadline = Clock::now() + limit;
    ServiceMap chosen;
    {
        const std::lock_guard change(state_->changes);
        if (name.empty()) {
            chosen = state_->serviceMap();
        } else if (auto service = state_->find(name)) {
            chosen.emplace(name, std::move(service));
        } else {
            return state_->notFound(name);
        }
        std::erase_if(chosen, [](const auto& entry) {
            const auto state = entry.second->state();
            return state != ServiceState::Serving && state != ServiceState::Draining;
        });
        for (const auto& [key, service] : chosen) service->close();
    }
    // The wait can be long: other changes go on meanwhile.
    std::vector<std::string> left;
    for (const auto& [key, service] : chosen) {
        if (service->core().admission().waitIdle(deadline)) continue;
        left.push_back(key + ": " + std::to_string(service->core().admission().counts().open) +
                       " open");
    }
    const std::lock_guard change(state_->changes);
    for (const auto& [key, service] : chosen) {
        if (service->state() != ServiceState::Draining) continue;  // started again meanwhile
        service->settle(Clock::now(), "drained by an operator");
    }
    if (left.empty()) return ChangeResult::success("drained");
    return ChangeResult::failure("timeout", "not drained within the limit; it goes on draining",
                                 std::move(left));
}

ChangeResult Host::restart(std::string_view name) {
    const std::lock_guard change(state_->changes);
    const auto service = state_->find(name);
    if (!service) return state_->notFound(name);
    PlanStep step = soleStart(service->config());
    if (service->state() == ServiceState::Serving) {
        step.action = PlanStep::Action::Change;
        step.opened.clear();
        step.newEngine = false;
        step.causes = {"operator"};
        step.open = service->core().admission().counts().open;
    }
    auto result = state_->carryOut({{step}}, state_->configuration().host);
    if (result.ok()) result.text = std::string(name) + " is serving anew";
    return result;
}

ChangeResult Host::set(std::string_view name, std::string_view key, std::string_view value) {
    const std::lock_guard change(state_->changes);
    if (state_->draining) return ChangeResult::failure("refused", "the host is shutting down");
    const auto service = state_->find(name);
    if (!service) return state_->notFound(name);
    if (std::ranges::find(kLiveKeys, key) == kLiveKeys.end()) {
        std::string keys;
        for (const auto known : kLiveKeys) keys += (keys.empty() ? "" : ", ") + std::string(known);
        return ChangeResult::failure(
            "bad-value", "set changes only " + keys + "; change other keys in the file and reload");
    }
    auto config = service->config();
    const auto before = config.options;
    const Schema<ServiceOptions> schema;
    const auto field = std::ranges::find(schema.fields(), key, [](const auto& candidate) {
        return std::string_view(candidate.description.key);
    });
    try {
        field->assign(&config.options, {}, {value, config.section.file});
    } catch (const ValueError& error) {
        return ChangeResult::failure("bad-value", std::string(key) + ": " + error.what());
    }
    try {
        for (const auto& listener : service->listeners()) {
            listener->retune(listenOptions(config.options));
        }
    } catch (const ListenError& error) {
        return ChangeResult::failure("address", error.what());
    }
    service->core().retune(config.options, nullptr);
    service->replaceConfig(config);
    const auto all = [](const std::string&) { return true; };
    return ChangeResult::success(std::string(name) + ": set until the next reload",
                                 changedOptions(before, config.options, all));
}

ChangeResult Host::killConnection(std::uint64_t id) {
    for (const auto& [name, service] : state_->serviceMap()) {
        if (const auto record = service->core().registry().find(id)) {
            record->cut(CutReason::Killed);
            return ChangeResult::success("killed connection " + std::to_string(id) + " of " + name);
        }
    }
    return ChangeResult::failure("not-found",
                                 "no open connection has the id " + std::to_string(id));
}

ChangeResult Host::killService(std::string_view name) {
    const auto service = state_->find(name);
    if (!service) return state_->notFound(name);
    const auto count = service->cutAll(CutReason::Killed);
    return ChangeResult::success("killed " + std::to_string(count) + " connections of " +
                                 std::string(name));
}

ChangeResult Host::load(const std::filesystem::path& file,
                        std::optional<std::chrono::milliseconds> killAfter) {
    const std::lock_guard change(state_->changes);
    auto& catalog = state_->catalog;
    std::string plugin;
    std::shared_ptr<Generation> generation;
    std::shared_ptr<Generation> before;
    try {
        generation = catalog.calls().run<std::shared_ptr<Generation>>(
            file.string(), [&catalog, file] { return catalog.open(file); });
        plugin = generation->file().name;
        before = catalog.held(plugin);
        catalog.hold(generation);
    } catch (const PluginError& error) {
        return ChangeResult::failure("bad-plugin", error.what());
    }
    // Who loads a file that failed its probation wants to try again.
    for (const auto& [name, service] : state_->serviceMap()) {
        service->forgetRejected(generation->identity());
    }
    auto result = state_->applyLocked(state_->configuration(), false, killAfter);
    if (result.ok()) {
        result.text = "loaded " + plugin;
    } else if (before) {
        catalog.hold(before);
    } else {
        catalog.release(plugin);
    }
    return result;
}

ChangeResult Host::unload(std::string_view plugin) {
    const std::lock_guard change(state_->changes);
    for (const auto& status : state_->catalog.list()) {
        if (status.name != plugin || status.services.empty()) continue;
        return ChangeResult::failure("conflict",
                                     std::string(plugin) + " is in use by " +
                                         status.services.front() +
                                         "; stop the services that use it first",
                                     status.services);
    }
    if (state_->catalog.release(plugin)) {
        return ChangeResult::success("unloaded " + std::string(plugin));
    }
    return ChangeResult::failure(
        "not-found", "no plugin named \"" + std::string(plugin) + "\" was loaded by `load`");
}

}  // namespace berth::host
