// host/control/host_adapter.cpp
#include "host/control/host_adapter.h"

#include "host/host.h"
#include "host/log/log_system.h"

namespace berth::host::control {

ChangeResult HostAdapter::start(std::string_view service) {
    return host_.start(service);
}

ChangeResult HostAdapter::stop(std::string_view service) {
    return host_.stop(service);
}

ChangeResult HostAdapter::drain(std::string_view service, std::chrono::milliseconds limit) {
    return host_.drain(service, limit);
}

ChangeResult HostAdapter::restart(std::string_view service) {
    return host_.restart(service);
}

ChangeResult HostAdapter::killConnection(std::uint64_t id) {
    return host_.killConnection(id);
}

ChangeResult HostAdapter::killService(std::string_view service) {
    return host_.killService(service);
}

ChangeResult HostAdapter::reload() {
    return host_.reload();
}

ChangeResult HostAdapter::planReload() {
    return host_.planReload();
}

ChangeResult HostAdapter::load(const std::filesystem::path& file,
                               std::optional<std::chrono::milliseconds> killAfter) {
    return host_.load(file, killAfter);
}

ChangeResult HostAdapter::unload(std::string_view plugin) {
    return host_.unload(plugin);
}

ChangeResult HostAdapter::set(std::string_view service, std::string_view key,
                              std::string_view value) {
    return host_.set(service, key, value);
}

void HostAdapter::setLogLevel(LogLevel level) {
    logs_.setLevel(level);
}

ChangeResult HostAdapter::reopenLogs() {
    try {
        logs_.reopen();
        return ChangeResult::success("log files are open anew");
    } catch (const std::runtime_error& error) {
        return ChangeResult::failure("failed", error.what());
    }
}

ChangeResult HostAdapter::upgrade(const std::filesystem::path& binary) {
    return process_.upgrade(binary);
}

void HostAdapter::leave() {
    process_.leave();
}

void HostAdapter::requestShutdown(bool now) {
    process_.shutdown(now);
}

bool HostAdapter::waitState(std::string_view service, ServiceState state,
                            std::chrono::milliseconds limit) const {
    return host_.waitState(service, state, limit);
}

bool HostAdapter::waitIdle(std::string_view service, std::chrono::milliseconds limit) const {
    return host_.waitIdle(service, limit);
}

bool HostAdapter::waitUnpinned(std::string_view plugin, std::chrono::milliseconds limit) const {
    return host_.waitUnpinned(plugin, limit);
}

std::vector<PinStatus> HostAdapter::pins(std::string_view plugin) const {
    return host_.pins(plugin);
}

HostStatus HostAdapter::status() const {
    return host_.status();
}

std::vector<ServiceStatus> HostAdapter::services() const {
    return host_.services();
}

std::optional<ServiceStatus> HostAdapter::service(std::string_view name) const {
    return host_.service(name);
}

std::vector<std::string> HostAdapter::serviceNames() const {
    return host_.serviceNames();
}

std::vector<PluginStatus> HostAdapter::plugins() const {
    return host_.plugins();
}

std::vector<ConnectionStatus> HostAdapter::connections(std::string_view service) const {
    return host_.connections(service);
}

std::vector<std::string> HostAdapter::show(std::string_view service) const {
    return host_.show(service);
}

LogLevel HostAdapter::logLevel() const {
    return logs_.level();
}

}  // namespace berth::host::control
