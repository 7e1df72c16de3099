// tests/host/control/fake_operations.cpp
#include "fake_operations.h"

#include <berth/units.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace berth::test {

using std::chrono::milliseconds;

ServiceStatus makeService(const std::string& name, ServiceState state) {
    ServiceStatus service;
    service.name = name;
    service.kind = "uppercase";
    service.plugin = "uppercase";
    service.pluginVersion = "0.1.0";
    service.generation = 1;
    service.addresses = {"127.0.0.1:7002"};
    service.engine = "fibers";
    service.state = state;
    return service;
}

FakeOperations::FakeOperations() {
    auto shout = makeService("shout", ServiceState::Serving);
    shout.connections.accepted = 90412;
    shout.connections.served = 90412;
    shout.connections.open = 2;
    shout.connections.ended = 90410;
    auto quiet = makeService("quiet", ServiceState::Stopped);
    quiet.addresses = {};
    quiet.engine = "threads";
    services_ = {shout, quiet};
}

std::vector<std::string> FakeOperations::asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
}

void FakeOperations::answer(ChangeResult result) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(result);
}

void FakeOperations::update(const std::string& name,
                            const std::function<void(ServiceStatus&)>& change) {
    const std::lock_guard lock(mutex_);
    change(*std::ranges::find(services_, name, &ServiceStatus::name));
    changed_.notify_all();
}

void FakeOperations::add(ServiceStatus service) {
    const std::lock_guard lock(mutex_);
    services_.push_back(std::move(service));
}

void FakeOperations::setPlugins(std::vector<PluginStatus> plugins) {
    const std::lock_guard lock(mutex_);
    plugins_ = std::move(plugins);
}

void FakeOperations::setConnections(std::vector<ConnectionStatus> connections) {
    const std::lock_guard lock(mutex_);
    connections_ = std::move(connections);
}

void FakeOperations::setConfiguration(std::vector<std::string> lines) {
    const std::lock_guard lock(mutex_);
    configuration_ = std::move(lines);
}

void FakeOperations::throwInsteadOf(std::string what) {
    const std::lock_guard lock(mutex_);
    exception_ = std::move(what);
}

ChangeResult FakeOperations::note(const std::string& request) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(request);
    if (request == exception_) throw std::runtime_error("disk on fire");
    if (answer_) return *answer_;
    return ChangeResult::success(request);
}

ChangeResult FakeOperations::start(std::string_view service) {
    return note("start " + std::string(service));
}

ChangeResult FakeOperations::stop(std::string_view service) {
    return note("stop " + std::string(service));
}

ChangeResult FakeOperations::drain(std::string_view service, milliseconds limit) {
    return note("drain " + std::string(service) + " " + std::to_string(limit.count()));
}

ChangeResult FakeOperations::restart(std::string_view service) {
    return note("restart " + std::string(service));
}

ChangeResult FakeOperations::killConnection(std::uint64_t id) {
    return note("kill " + std::to_string(id));
}

ChangeResult FakeOperations::killService(std::string_view service) {
    return note("kill service " + std::string(service));
}

ChangeResult FakeOperations::reload(bool allowEmpty) {
    return note(allowEmpty ? "reload remove-all" : "reload");
}

ChangeResult FakeOperations::planReload() {
    return note("reload plan");
}

bool FakeOperations::waitUnpinned(std::string_view, milliseconds) const {
    const std::lock_guard lock(mutex_);
    return pins_.empty();
}

std::vector<PinStatus> FakeOperations::pins(std::string_view) const {
    const std::lock_guard lock(mutex_);
    return pins_;
}

void FakeOperations::setPins(std::vector<PinStatus> pins) {
    const std::lock_guard lock(mutex_);
    pins_ = std::move(pins);
}

ChangeResult FakeOperations::load(const std::filesystem::path& file,
                                  std::optional<std::chrono::milliseconds> killAfter) {
    return note("load " + file.string() +
                (killAfter ? " kill-after " + formatDuration(*killAfter) : ""));
}

ChangeResult FakeOperations::unload(std::string_view plugin) {
    return note("unload " + std::string(plugin));
}

ChangeResult FakeOperations::set(std::string_view service, std::string_view key,
                                 std::string_view value) {
    return note("set " + std::string(service) + " " + std::string(key) + " " + std::string(value));
}

void FakeOperations::setLogLevel(LogLevel level) {
    const std::lock_guard lock(mutex_);
    level_ = level;
}

ChangeResult FakeOperations::reopenLogs() {
    return note("reopen logs");
}

ChangeResult FakeOperations::upgrade(const std::filesystem::path& binary) {
    return note(binary.empty() ? "upgrade" : "upgrade " + binary.string());
}

void FakeOperations::leave() {
    static_cast<void>(note("leave"));
}

void FakeOperations::requestShutdown(host::Shutdown how) {
    static_cast<void>(note(how == host::Shutdown::Now ? "shutdown now" : "shutdown"));
}

bool FakeOperations::waitFor(std::string_view name, milliseconds limit,
                             const std::function<bool(const ServiceStatus&)>& reached) const {
    std::unique_lock lock(mutex_);
    ++waits_;
    const bool isSo = changed_.wait_for(lock, limit, [&] {
        return std::ranges::all_of(services_, [&](const ServiceStatus& service) {
            return (!name.empty() && service.name != name) || reached(service);
        });
    });
    --waits_;
    return isSo;
}

int FakeOperations::waits() const {
    const std::lock_guard lock(mutex_);
    return waits_;
}

bool FakeOperations::waitState(std::string_view service, ServiceState state,
                               milliseconds limit) const {
    return waitFor(service, limit, [state](const auto& found) { return found.state == state; });
}

bool FakeOperations::waitIdle(std::string_view service, milliseconds limit) const {
    return waitFor(service, limit, [](const auto& found) { return found.connections.open == 0; });
}

HostStatus FakeOperations::status() const {
    const std::lock_guard lock(mutex_);
    HostStatus status;
    status.version = "0.1.0";
    status.uptime = std::chrono::hours(2) + std::chrono::minutes(3) + std::chrono::seconds(9);
    status.generation = 7;
    status.configFile = "/etc/berth/berth.ini";
    status.pid = 4711;
    for (const auto& service : services_) {
        if (service.state == ServiceState::Serving) ++status.services;
        status.connections += service.connections.open;
    }
    return status;
}

std::vector<ServiceStatus> FakeOperations::services() const {
    const std::lock_guard lock(mutex_);
    return services_;
}

std::optional<ServiceStatus> FakeOperations::service(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(services_, name, &ServiceStatus::name);
    if (found == services_.end()) return std::nullopt;
    return *found;
}

std::vector<std::string> FakeOperations::serviceNames() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& service : services_) names.push_back(service.name);
    return names;
}

std::vector<PluginStatus> FakeOperations::plugins() const {
    const std::lock_guard lock(mutex_);
    return plugins_;
}

std::vector<ConnectionStatus> FakeOperations::connections(std::string_view service) const {
    const std::lock_guard lock(mutex_);
    auto result = connections_;
    std::erase_if(result, [&](const auto& c) { return !service.empty() && c.service != service; });
    return result;
}

std::vector<std::string> FakeOperations::show(std::string_view service) const {
    const std::lock_guard lock(mutex_);
    if (service.empty()) return configuration_;
    return {"[service:" + std::string(service) + "]", "listen = 7002"};
}

LogLevel FakeOperations::logLevel() const {
    const std::lock_guard lock(mutex_);
    return level_;
}

}  // namespace berth::test
