// host/operate/host_inventory.cpp
#include "host/operate/host_inventory.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "berth/version.h"
#include "host/plugin/plugin_error.h"
#include "host/service/hang_report.h"

namespace berth::host {

HostStatus HostInventory::status() const {
    const auto config = applied_.config();
    HostStatus status;
    status.version = BERTH_SDK_VERSION;
    status.uptime = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started_);
    status.pid = ::getpid();
    status.generation = applied_.generation();
    status.draining = turns_.ending();
    status.configFile = config.file.string();
    for (const auto& [name, service] : services_.all()) {
        const auto state = service->state();
        if (state == ServiceState::Serving || state == ServiceState::Draining) ++status.services;
        status.connections += service->open();
    }
    return status;
}

std::vector<std::string> HostInventory::serviceNames() const {
    return services_.names();
}

std::vector<ServiceStatus> HostInventory::services() const {
    std::vector<ServiceStatus> result;
    for (const auto& name : serviceNames()) {
        if (auto status = service(name)) result.push_back(*std::move(status));
    }
    return result;
}

std::optional<ServiceStatus> HostInventory::service(std::string_view name) const {
    const auto service = services_.find(name);
    if (!service) return std::nullopt;
    auto status = service->status();
    addHangs(*service, hangs_.hangs(), status);
    return status;
}

std::vector<PluginStatus> HostInventory::plugins() const {
    return catalog_.list();
}

std::vector<ConnectionStatus> HostInventory::connections(std::string_view name) const {
    std::vector<ConnectionStatus> result;
    for (const auto& [key, service] : services_.all()) {
        if (!name.empty() && name != key) continue;
        std::ranges::move(service->connections(), std::back_inserter(result));
    }
    std::ranges::sort(result, {}, &ConnectionStatus::id);
    return result;
}

std::vector<PinStatus> HostInventory::pins(std::string_view plugin) const {
    std::vector<PinStatus> result;
    for (const auto& [key, service] : services_.all()) {
        for (auto& pin : service->pins()) {
            if (pin.plugin == plugin) result.push_back(std::move(pin));
        }
    }
    std::ranges::sort(result, {}, &PinStatus::connection);
    return result;
}

std::vector<std::string> HostInventory::show(std::string_view name) const {
    std::vector<std::string> lines;
    for (const auto& each : serviceNames()) {
        if (!name.empty() && name != each) continue;
        const auto service = services_.find(each);
        if (service) std::ranges::move(show(*service), std::back_inserter(lines));
    }
    return lines;
}

std::vector<std::string> HostInventory::show(const RunningService& service) const {
    const auto config = service.config();
    std::vector<std::string> lines{"[service:" + config.name + "]"};
    const Schema<ServiceOptions> schema;
    for (const auto& field : schema.fields()) {
        const auto value = field.format(&config.options);
        if (!value.empty()) lines.push_back(field.description.key + " = " + value);
    }
    const auto fields = describe(config);
    for (const auto& setting : config.settings) {
        // A plugin that cannot tell which of its keys are secret shows none.
        const bool hidden = fields.empty() || isSecret(fields, setting.key);
        lines.push_back(setting.key + " = " + (hidden ? "***" : setting.text));
    }
    return lines;
}

std::vector<FieldDescription> HostInventory::describe(const ServiceConfig& service) const {
    try {
        return catalog_.calls().run<std::vector<FieldDescription>>(
            "describing it", [&catalog = catalog_, reference = pluginReference(service),
                              search = PluginSearch(applied_.config().host.plugins)] {
                return catalog.describe(reference, search);
            });
    } catch (const PluginError&) {
        return {};
    }
}

bool HostInventory::waitState(std::string_view name, ServiceState state,
                              std::chrono::milliseconds limit) const {
    const auto service = services_.find(name);
    return service && service->waitState(state, Clock::now() + limit);
}

bool HostInventory::waitIdle(std::string_view name, std::chrono::milliseconds limit) const {
    const auto deadline = Clock::now() + limit;
    const auto services = services_.all();
    return std::ranges::all_of(services, [&](const auto& entry) {
        return (!name.empty() && name != entry.first) || entry.second->waitIdle(deadline);
    });
}

bool HostInventory::waitUnpinned(std::string_view plugin, std::chrono::milliseconds limit) const {
    const auto deadline = Clock::now() + limit;
    const auto services = services_.all();
    return std::ranges::all_of(
        services, [&](const auto& entry) { return entry.second->waitUnpinned(plugin, deadline); });
}

}  // namespace berth::host
