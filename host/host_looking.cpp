// host/host_looking.cpp - what the host tells of itself.
#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <string_view>

#include <unistd.h>

#include "berth/version.h"
#include "berth/words.h"
#include "host/host_state.h"
#include "host/plugin/plugin_error.h"
#include "host/plugin_check.h"

namespace berth::host {
namespace {

using Clock = Host::State::Clock;

std::chrono::milliseconds inMilliseconds(Clock::duration duration) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration);
}

}  // namespace

std::string_view toString(ServiceState state) noexcept {
    switch (state) {
        case ServiceState::Serving:
            return "serving";
        case ServiceState::Draining:
            return "draining";
        case ServiceState::Disabled:
            return "disabled";
        case ServiceState::Failed:
            return "failed";
        case ServiceState::Stopped:
            break;
    }
    return "stopped";
}

ServiceMap Host::State::serviceMap() const {
    const std::lock_guard lock(mutex);
    return services;
}

std::shared_ptr<RunningService> Host::State::find(std::string_view name) const {
    const std::lock_guard lock(mutex);
    const auto found = services.find(name);
    return found == services.end() ? nullptr : found->second;
}

ChangeResult Host::State::notFound(std::string_view name) const {
    std::vector<std::string> names;
    for (const auto& [known, service] : serviceMap()) names.push_back(known);
    auto text = "no service named \"" + std::string(name) + "\"";
    if (const auto closest = closestWord(name, names))
        text += "; did you mean \"" + *closest + "\"?";
    return ChangeResult::failure("not-found", std::move(text));
}

HostConfig Host::State::configuration() const {
    const std::lock_guard lock(mutex);
    auto result = config;
    result.services.clear();
    for (const auto& name : order) {
        const auto found = services.find(name);
        if (found != services.end()) result.services.push_back(found->second->config());
    }
    return result;
}

std::vector<RunningView> Host::State::views(const HostConfig& wanted) const {
    const PluginSearch search(wanted.host.plugins);
    std::map<std::string_view, const ServiceConfig*> targets;
    for (const auto& target : wanted.services) targets.emplace(target.name, &target);
    std::map<PluginReference, std::filesystem::path> files;
    const auto fileOf = [&](const PluginReference& reference) {
        auto file = files.find(reference);
        if (file != files.end()) return file->second;
        return files.emplace(reference, catalog.find(reference, search).file).first->second;
    };
    std::vector<RunningView> views;
    for (const auto& [name, service] : serviceMap()) {
        RunningView view{service->config(), service->state(),
                         service->core().admission().counts().open, false};
        const auto deployment = service->core().deployment();
        const auto target = targets.find(name);
        if (deployment && target != targets.end() && target->second->options.enabled) {
            const auto file = fileOf(pluginReference(*target->second));
            view.pluginRejected = service->rejects(file);
            view.pluginChanged = !deployment->generation().isFrom(file) && !view.pluginRejected;
        }
        views.push_back(std::move(view));
    }
    return views;
}

std::vector<FieldDescription> Host::State::describe(const ServiceConfig& service) {
    try {
        return catalog.calls().run<std::vector<FieldDescription>>(
            "describing it", [this, reference = pluginReference(service),
                              search = PluginSearch(configuration().host.plugins)] {
                return catalog.describe(reference, search);
            });
    } catch (const PluginError&) {
        return {};
    }
}

HostStatus Host::status() const {
    HostStatus status;
    status.version = BERTH_SDK_VERSION;
    status.uptime = inMilliseconds(Clock::now() - state_->started);
    status.pid = ::getpid();
    for (const auto& [name, service] : state_->serviceMap()) {
        const auto state = service->state();
        if (state == ServiceState::Serving || state == ServiceState::Draining) ++status.services;
        status.connections += service->core().admission().counts().open;
    }
    const std::lock_guard lock(state_->mutex);
    status.generation = state_->generation;
    status.draining = state_->draining;
    status.configFile = state_->config.file.string();
    return status;
}

std::vector<std::string> Host::serviceNames() const {
    const std::lock_guard lock(state_->mutex);
    std::vector<std::string> names;
    for (const auto& name : state_->order) {
        if (state_->services.contains(name)) names.push_back(name);
    }
    // Removed ones that still drain.
    for (const auto& [name, service] : state_->services) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
    return names;
}

std::vector<ServiceStatus> Host::services() const {
    std::vector<ServiceStatus> result;
    for (const auto& name : serviceNames()) {
        if (auto status = service(name)) result.push_back(*std::move(status));
    }
    return result;
}

std::optional<ServiceStatus> Host::service(std::string_view name) const {
    const auto service = state_->find(name);
    if (!service) return std::nullopt;
    return service->status();
}

std::vector<PluginStatus> Host::plugins() const {
    return state_->catalog.list();
}

bool Host::waitUnpinned(std::string_view plugin, std::chrono::milliseconds limit) const {
    const auto deadline = Clock::now() + limit;
    const auto services = state_->serviceMap();
    return std::ranges::all_of(
        services, [&](const auto& entry) { return entry.second->waitUnpinned(plugin, deadline); });
}

std::vector<PinStatus> Host::pins(std::string_view plugin) const {
    std::vector<PinStatus> result;
    for (const auto& [key, service] : state_->serviceMap()) {
        for (auto& pin : service->pins()) {
            if (pin.plugin == plugin) result.push_back(std::move(pin));
        }
    }
    std::ranges::sort(result, {}, &PinStatus::connection);
    return result;
}

std::vector<ConnectionStatus> Host::connections(std::string_view name) const {
    std::vector<ConnectionStatus> result;
    for (const auto& [key, service] : state_->serviceMap()) {
        if (!name.empty() && name != key) continue;
        for (const auto& record : service->core().registry().all()) {
            const auto& facts = record->facts();
            result.push_back({facts.id, key, facts.peer, std::string(record->local()),
                              inMilliseconds(record->age()), record->idle(), record->bytesIn(),
                              record->bytesOut(), facts.generation});
        }
    }
    std::ranges::sort(result, {}, &ConnectionStatus::id);
    return result;
}

std::vector<std::string> Host::show(std::string_view name) const {
    if (name.empty()) {
        std::vector<std::string> all;
        for (const auto& each : serviceNames())
            std::ranges::copy(show(each), std::back_inserter(all));
        return all;
    }
    const auto service = state_->find(name);
    if (!service) return {};
    const auto config = service->config();
    std::vector<std::string> lines{"[service:" + config.name + "]"};
    const Schema<ServiceOptions> schema;
    for (const auto& field : schema.fields()) {
        const auto value = field.format(&config.options);
        if (!value.empty()) lines.push_back(field.description.key + " = " + value);
    }
    const auto fields = state_->describe(config);
    for (const auto& setting : config.settings) {
        const auto secret = std::ranges::any_of(fields, [&](const FieldDescription& field) {
            return field.key == setting.key && field.type == "secret";
        });
        // A plugin that cannot tell which of its keys are secret shows none.
        lines.push_back(setting.key + " = " + (secret || fields.empty() ? "***" : setting.text));
    }
    return lines;
}

bool Host::waitState(std::string_view name, ServiceState state,
                     std::chrono::milliseconds limit) const {
    const auto service = state_->find(name);
    return service && service->waitState(state, Clock::now() + limit);
}

bool Host::waitIdle(std::string_view name, std::chrono::milliseconds limit) const {
    const auto deadline = Clock::now() + limit;
    for (const auto& [key, service] : state_->serviceMap()) {
        if (!name.empty() && name != key) continue;
        if (!service->core().admission().waitIdle(deadline)) return false;
    }
    return true;
}

}  // namespace berth::host
