// tests/fuzz/protocol/host_double.cpp
#include "fuzz/protocol/host_double.h"

#include <algorithm>

#include "berth/units.h"

namespace berth::fuzz {
namespace {

using host::ServiceState;
using host::ServiceStatus;

// What comes from elsewhere: not UTF-8, acting upon terminals, looking like the end of a reply.
constexpr std::string_view kForeign = "/srv/\xff\x1b[31m\"\n.\n\xc2\x9b";

std::vector<std::string> foreignLines() {
    return {".", "..", "", std::string(kForeign), ".\t."};
}

}  // namespace

HostDouble::HostDouble() {
    reset();
}

void HostDouble::reset() {
    asked_.clear();
    level_ = LogLevel::Information;
    left_ = false;
    ServiceStatus shout;
    shout.name = "shout";
    shout.kind = shout.plugin = "uppercase";
    shout.addresses = {"127.0.0.1:7002", "unix:" + std::string(kForeign)};
    shout.engine = "fibers";
    shout.state = ServiceState::Serving;
    shout.connections.open = 2;
    shout.metrics = {{.name = "sent", .help = std::string(kForeign), .value = -7}};
    ServiceStatus quiet;
    quiet.name = "quiet";
    quiet.kind = quiet.plugin = "echo";
    quiet.engine = "threads";
    quiet.reason = kForeign;
    services_ = {shout, quiet};
}

HostDouble::Result HostDouble::answer(std::string text) {
    return Result::success(std::move(text), foreignLines());
}

HostDouble::Result HostDouble::note(std::string request) {
    asked_.push_back(request);
    return answer(std::move(request));
}

HostDouble::Result HostDouble::change(const std::string& verb, std::string_view name) {
    auto result = note(verb + ' ' + std::string(name));
    if (name != "quiet") return result;
    return Result::failure(host::ChangeError::Conflict, std::string(kForeign), foreignLines());
}

HostDouble::Result HostDouble::drain(std::string_view service, Limit) {
    static_cast<void>(note("drain " + std::string(service)));
    bool open = false;
    for (auto* each : named(service)) {
        if (each->state == ServiceState::Serving) each->state = ServiceState::Draining;
        open = open || each->connections.open > 0;
    }
    return open ? Result::failure(host::ChangeError::Timeout, "clients are left")
                : answer("drained");
}

HostDouble::Result HostDouble::load(const std::filesystem::path& file,
                                    std::optional<Limit> killAfter) {
    return note("load " + file.string() + (killAfter ? ' ' + formatDuration(*killAfter) : ""));
}

HostDouble::Result HostDouble::set(std::string_view service, std::string_view key,
                                   std::string_view value) {
    return note("set " + std::string(service) + ' ' + std::string(key) + ' ' + std::string(value));
}

HostDouble::Result HostDouble::upgrade(const std::filesystem::path& binary) {
    return note("upgrade " + binary.string());
}

void HostDouble::leave() {
    static_cast<void>(note("leave"));
    left_ = true;
}

std::optional<HostDouble::Result> HostDouble::handedOver() const {
    if (!left_) return std::nullopt;
    return Result::failure(host::ChangeError::Conflict, std::string(kForeign));
}

std::vector<ServiceStatus*> HostDouble::named(std::string_view service) const {
    std::vector<ServiceStatus*> found;
    for (auto& each : services_) {
        if (service.empty() || each.name == service) found.push_back(&each);
    }
    return found;
}

bool HostDouble::waitState(std::string_view service, ServiceState state, Limit) const {
    for (auto* each : named(service)) each->state = state;
    return true;
}

bool HostDouble::waitIdle(std::string_view service, Limit) const {
    for (auto* each : named(service)) each->connections.open = 0;
    return true;
}

host::HostStatus HostDouble::status() const {
    return {.version = "0.1.0",
            .services = 1,
            .connections = 2,
            .uptime = std::chrono::hours(2),
            .generation = 7,
            .configFile = std::string(kForeign),
            .pid = 4711,
            .oldProcesses = {}};
}

std::optional<ServiceStatus> HostDouble::service(std::string_view name) const {
    const auto found = std::ranges::find(services_, name, &ServiceStatus::name);
    return found == services_.end() ? std::nullopt : std::optional(*found);
}

std::vector<host::PluginStatus> HostDouble::plugins() const {
    return {{.name = "uppercase",
             .version = std::string(kForeign),
             .generation = 1,
             .kinds = {"uppercase"},
             .path = std::string(kForeign),
             .buildId = "ab",
             .services = {"shout"}}};
}

std::vector<host::ConnectionStatus> HostDouble::connections(std::string_view service) const {
    if (service == "quiet") return {};
    return {{.id = 1,
             .service = "shout",
             .peer = "unix:" + std::string(kForeign),
             .local = "127.0.0.1:7002",
             .process = 12}};
}

std::vector<host::PinStatus> HostDouble::pins(std::string_view plugin) const {
    host::PinStatus pin;
    pin.plugin = plugin;
    pin.service = "shout";
    pin.peer = kForeign;
    return {pin};
}

std::vector<std::string> HostDouble::show(std::string_view) const {
    return foreignLines();
}

}  // namespace berth::fuzz
