// host/service/running_service.cpp
#include "host/service/running_service.h"

#include <algorithm>
#include <utility>

namespace berth::host {

RunningService::RunningService(const ServiceConfig& config, HostResources& resources)
    : core_(std::make_shared<ServiceCore>(config.name, config.options, resources)),
      config_(config) {}

RunningService::~RunningService() = default;

void RunningService::commit(PreparedService prepared) {
    core_->retune(prepared.config.options, std::move(prepared.setup));
    if (prepared.deployment) remember(core_->deploy(std::move(prepared.deployment)));
    core_->admission().open();
    if (prepared.engine) {
        // The listening sockets are handed over; what arrives in between waits in their backlog.
        if (engine_) {
            engine_->listen({});
            const std::lock_guard lock(mutex_);
            oldEngines_.push_back(std::move(engine_));
        }
        engine_ = std::move(prepared.engine);
    }
    engine_->listen(prepared.listeners);

    const std::lock_guard lock(mutex_);
    config_ = std::move(prepared.config);
    listeners_ = std::move(prepared.listeners);
    state_ = ServiceState::Serving;
    reason_.clear();
    stateChanged_.notify_all();
}

void RunningService::remember(const std::shared_ptr<Deployment>& old) {
    if (!old) return;
    const auto& file = old->generation().file();
    const std::lock_guard lock(mutex_);
    std::erase_if(past_, [](const Past& past) { return past.deployment.expired(); });
    past_.push_back({old->number(), file.name, file.version, old->generation().number(), old});
}

bool RunningService::goBack(const std::shared_ptr<Deployment>& failed,
                            std::shared_ptr<Deployment> before, const std::string& reason) {
    const auto number = before->number();
    if (!core_->deployInstead(failed, std::move(before))) return false;
    remember(failed);
    const std::lock_guard lock(mutex_);
    std::erase_if(past_, [&](const Past& past) { return past.number == number; });
    rejected_ = failed->generation().identity();
    reason_ = reason;
    return true;
}

bool RunningService::rejects(const std::filesystem::path& file) const {
    const std::lock_guard lock(mutex_);
    return rejected_ && identityOf(file) == rejected_;
}

void RunningService::forgetRejected(const FileIdentity& file) {
    const std::lock_guard lock(mutex_);
    if (rejected_ == file) rejected_.reset();
}

void RunningService::listenOnly(const Engine::Listeners& kept) {
    if (engine_) engine_->listen(kept);
    const std::lock_guard lock(mutex_);
    listeners_ = kept;
}

void RunningService::close() {
    core_->admission().close();
    if (engine_) engine_->listen({});
    if (const auto deployment = core_->deployment()) deployment->setDraining(true);
    const std::lock_guard lock(mutex_);
    listeners_.clear();
    state_ = ServiceState::Draining;
    stateChanged_.notify_all();
}

std::size_t RunningService::openOn(std::uint64_t deployment) const {
    return core_->registry().count(
        [&](const ConnectionRecord& record) { return record.facts().deployment == deployment; });
}

std::size_t RunningService::cut(std::uint64_t deployment, CutReason reason) {
    return core_->registry().cutIf(reason, [&](const ConnectionRecord& record) {
        return record.facts().deployment == deployment;
    });
}

std::size_t RunningService::cutAll(CutReason reason) {
    return core_->registry().cutIf(reason, [](const ConnectionRecord&) { return true; });
}

bool RunningService::waitOldGone(Clock::time_point deadline) {
    const auto current = core_->deployment();
    const auto gone = core_->registry().waitNone(deadline, [&](const ConnectionRecord& record) {
        return !current || record.facts().deployment != current->number();
    });
    sweepEngines();
    return gone;
}

bool RunningService::settle(Clock::time_point deadline, std::string reason) {
    if (!core_->admission().waitIdle(deadline)) return false;
    core_->deploy(nullptr);
    engine_.reset();
    sweepEngines();
    setState(ServiceState::Stopped, std::move(reason));
    return true;
}

bool RunningService::sweepEngines() {
    std::vector<std::unique_ptr<Engine>> idle;  // destroyed after the lock: that joins threads
    const std::lock_guard lock(mutex_);
    for (auto& engine : oldEngines_) {
        if (engine->idle()) idle.push_back(std::move(engine));
    }
    std::erase(oldEngines_, nullptr);
    return oldEngines_.empty();
}

std::vector<RunningService::Past> RunningService::otherGenerations() const {
    const auto current = core_->deployment();
    const std::lock_guard lock(mutex_);
    auto past = past_;
    std::erase_if(past, [&](const Past& each) {
        return current && each.plugin == current->generation().file().name &&
               each.generation == current->generation().number();
    });
    return past;
}

bool RunningService::waitUnpinned(std::string_view plugin, Clock::time_point deadline) const {
    auto past = otherGenerations();
    std::erase_if(past, [&](const Past& each) { return each.plugin != plugin; });
    return core_->registry().waitNone(deadline, [&](const ConnectionRecord& record) {
        return std::ranges::find(past, record.facts().deployment, &Past::number) != past.end();
    });
}

std::vector<PinStatus> RunningService::pins() const {
    const auto past = otherGenerations();
    std::vector<PinStatus> pins;
    for (const auto& record : core_->registry().all()) {
        const auto found = std::ranges::find(past, record->facts().deployment, &Past::number);
        if (found == past.end()) continue;
        pins.push_back({.plugin = found->plugin,
                        .version = found->version,
                        .generation = found->generation,
                        .connection = record->facts().id,
                        .service = name(),
                        .peer = record->facts().peer,
                        .age = std::chrono::duration_cast<std::chrono::milliseconds>(record->age()),
                        .bytesIn = record->bytesIn(),
                        .bytesOut = record->bytesOut()});
    }
    return pins;
}

ServiceConfig RunningService::config() const {
    const std::lock_guard lock(mutex_);
    return config_;
}

void RunningService::replaceConfig(const ServiceConfig& config) {
    const std::lock_guard lock(mutex_);
    config_ = config;
}

ServiceState RunningService::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

void RunningService::setState(ServiceState state, std::string reason) {
    const std::lock_guard lock(mutex_);
    state_ = state;
    reason_ = std::move(reason);
    stateChanged_.notify_all();
}

bool RunningService::waitState(ServiceState state, Clock::time_point deadline) const {
    std::unique_lock lock(mutex_);
    return stateChanged_.wait_until(lock, deadline, [&] { return state_ == state; });
}

Engine::Listeners RunningService::listeners() const {
    const std::lock_guard lock(mutex_);
    return listeners_;
}

ServiceStatus RunningService::status() const {
    ServiceStatus status;
    const auto deployment = core_->deployment();
    const auto counts = core_->admission().counts();
    const auto bytes = core_->registry().bytes();
    status.name = core_->name();
    status.metrics = core_->metrics()->values();
    if (deployment) {
        status.kind = deployment->kind();
        status.plugin = deployment->generation().file().name;
        status.pluginVersion = deployment->generation().file().version;
        status.generation = deployment->generation().number();
    }
    status.connections = {.accepted = counts.accepted,
                          .refused = counts.refusedAccess + counts.refusedLimit +
                                     counts.refusedRate + counts.refusedDrain,
                          .refusedAccess = counts.refusedAccess,
                          .refusedLimit = counts.refusedLimit,
                          .refusedRate = counts.refusedRate,
                          .refusedDrain = counts.refusedDrain,
                          .served = counts.served,
                          .open = counts.open,
                          .ended = counts.ended,
                          .failed = counts.failed,
                          .held = counts.held,
                          .holding = counts.holding,
                          .bytesIn = bytes.in,
                          .bytesOut = bytes.out};

    const std::lock_guard lock(mutex_);
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
    return status;
}

}  // namespace berth::host
