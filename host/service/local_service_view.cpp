// host/service/local_service_view.cpp - what a service tells of itself and of its clients.
#include <unistd.h>

#include <algorithm>

#include "host/service/local_service.h"

namespace berth::host {
namespace {

std::chrono::milliseconds inMilliseconds(RunningService::Clock::duration duration) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration);
}

}  // namespace

ServiceConfig LocalService::config() const {
    const detail::Lock lock(mutex_);
    return config_;
}

ServiceState LocalService::state() const {
    const detail::Lock lock(mutex_);
    return state_;
}

Engine::Listeners LocalService::listeners() const {
    const detail::Lock lock(mutex_);
    return listeners_;
}

DeployedVersionPtr LocalService::version() const {
    return versionOf(core_->deployment());
}

std::size_t LocalService::open() const {
    return core_->admission().counts().open;
}

ServiceStatus LocalService::status() const {
    ServiceStatus status;
    status.name = name();
    status.metrics = core_->metrics()->values();
    if (const auto version = this->version()) {
        const auto& generation = *version->generation;
        status.kind = version->kind;
        status.plugin = generation.file().name;
        status.pluginVersion = generation.file().version;
        status.generation = generation.number();
    }
    const auto bytes = core_->registry().bytes();
    status.connections = {core_->admission().counts(), bytes.in, bytes.out};
    addState(status);
    if (status.reason.empty() && status.connections.open >= status.connections.places) {
        status.reason = "full: max_connections reached";
    }
    return status;
}

void LocalService::addState(ServiceStatus& status) const {
    const detail::Lock lock(mutex_);
    if (status.kind.empty()) status.kind = config_.plugin();
    for (const auto& listener : listeners_) status.addresses.push_back(toString(listener->bound()));
    if (listeners_.empty()) {
        for (const auto& address : config_.options.listen) {
            status.addresses.push_back(toString(address));
        }
    }
    status.engine = config_.options.engine == EngineKind::Fibers ? "fibers" : "threads";
    status.state = state_;
    status.reason = reason_;
}

std::vector<ConnectionStatus> LocalService::connections() const {
    std::vector<ConnectionStatus> result;
    for (const auto& record : core_->registry().all()) {
        const auto& facts = record->facts();
        result.push_back({.id = facts.id,
                          .service = name(),
                          .peer = facts.peer,
                          .local = std::string(record->local()),
                          .age = inMilliseconds(record->age()),
                          .idle = record->idle(),
                          .bytesIn = record->bytesIn(),
                          .bytesOut = record->bytesOut(),
                          .generation = facts.generation,
                          .process = ::getpid(),
                          .loop = record->loop()});
    }
    return result;
}

std::size_t LocalService::openOn(std::uint64_t version) const {
    return core_->registry().count(
        [&](const ConnectionRecord& record) { return record.facts().deployment == version; });
}

std::vector<PinStatus> LocalService::pins() const {
    const auto past = versions_.otherThan(core_->deployment().get());
    std::vector<PinStatus> pins;
    for (const auto& record : core_->registry().all()) {
        const auto& facts = record->facts();
        const auto found =
            std::ranges::find(past, facts.deployment, &DeployedVersions::Version::number);
        if (found == past.end()) continue;
        pins.push_back({.plugin = found->plugin,
                        .version = found->version,
                        .generation = found->generation,
                        .connection = facts.id,
                        .service = name(),
                        .peer = facts.peer,
                        .age = inMilliseconds(record->age()),
                        .bytesIn = record->bytesIn(),
                        .bytesOut = record->bytesOut()});
    }
    return pins;
}

bool LocalService::waitState(ServiceState state, Clock::time_point deadline) const {
    detail::UniqueLock lock(mutex_);
    return stateChanged_.wait_until(lock.native(), deadline,
                                    [&]() BERTH_REQUIRES(mutex_) { return state_ == state; });
}

bool LocalService::waitIdle(Clock::time_point deadline) const {
    return core_->admission().waitIdle(deadline);
}

bool LocalService::waitNobody(Clock::time_point deadline) const {
    return core_->admission().waitNobody(deadline);
}

bool LocalService::waitEnded(const ConnectionIds& ids, Clock::time_point deadline) const {
    return core_->registry().waitNone(deadline, [&](const ConnectionRecord& record) {
        return std::ranges::find(ids, record.facts().id) != ids.end();
    });
}

bool LocalService::waitUnpinned(std::string_view plugin, Clock::time_point deadline) const {
    auto past = versions_.otherThan(core_->deployment().get());
    std::erase_if(past, [&](const auto& each) { return each.plugin != plugin; });
    return core_->registry().waitNone(deadline, [&](const ConnectionRecord& record) {
        return std::ranges::find(past, record.facts().deployment,
                                 &DeployedVersions::Version::number) != past.end();
    });
}

}  // namespace berth::host
