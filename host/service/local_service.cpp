// host/service/local_service.cpp
#include "host/service/local_service.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "berth/detail/require.h"
#include "host/engine/fiber_engine.h"
#include "host/engine/thread_engine.h"
#include "host/log/log_system.h"

namespace berth::host {
namespace {

// Admission bounds the clients, and with them the threads.
constexpr std::size_t kMostThreads = 1 << 16;

}  // namespace

class LocalService::Parts final : public PreparedService {
public:
    Parts(LocalService& service, ServiceChange change)
        : service_(service), wanted(std::move(change)) {
        if (wanted.plugin) deployment = service.makeDeployment(wanted);
        if (wanted.newEngine) engine = service.makeEngine(wanted.config);
    }

    void listenOn(Engine::Listeners wantedListeners) override {
        waiting = (engine ? engine : service_.engine_)->prepare(wantedListeners);
        listeners = std::move(wantedListeners);
    }
    [[nodiscard]] DeployedVersionPtr version() const override { return versionOf(deployment); }
    void watchBy(std::shared_ptr<Canary> canary) override {
        BERTH_REQUIRE(deployment != nullptr);
        deployment->watchBy(std::move(canary));
    }
    void commit() override {
        BERTH_REQUIRE(waiting != nullptr);
        service_.commit(*this);
    }

private:
    LocalService& service_;

public:
    ServiceChange wanted;
    std::shared_ptr<Deployment> deployment;
    std::unique_ptr<Engine> engine;
    Engine::Listeners listeners;
    std::unique_ptr<Engine::Waiting> waiting;  // of the new engine, or of the one that stays
};

LocalService::LocalService(const ServiceConfig& config, HostResources& resources, PluginCalls calls)
    : resources_(resources),
      calls_(std::move(calls)),
      core_(std::make_shared<ServiceCore>(config.name, config.options, resources)),
      config_(config) {}

LocalService::~LocalService() = default;

// --- changes ---

std::unique_ptr<PreparedService> LocalService::prepare(ServiceChange change) {
    return std::make_unique<Parts>(*this, std::move(change));
}

std::shared_ptr<Deployment> LocalService::makeDeployment(const ServiceChange& change) {
    const auto context = std::make_shared<std::unique_ptr<ServiceContext>>(
        std::make_unique<ServiceContext>(name(), resources_.logs.open(name()), core_->metrics()));
    // All by value: the call may be given up while its thread goes on.
    auto calls = calls_;
    return calls.run<std::shared_ptr<Deployment>>(
        "making it", [number = ++resources_.lastDeployment, context, plugin = *change.plugin,
                      settings = change.config.settings, calls] {
            return Deployment::make(number, plugin, settings, std::move(*context), calls);
        });
}

std::unique_ptr<Engine> LocalService::makeEngine(const ServiceConfig& config) {
    if (config.options.engine == EngineKind::Fibers) {
        resources_.loops.start();
        return std::make_unique<FiberEngine>(config.name, resources_.loops, core_);
    }
    const auto threads = config.options.threads == 0 ? kMostThreads : config.options.threads;
    return std::make_unique<ThreadEngine>(config.name, threads, core_);
}

void LocalService::commit(Parts& parts) {
    auto& wanted = parts.wanted;
    core_->retune(wanted.config.options, std::move(wanted.setup));
    if (parts.deployment) {
        past_.add(
            core_->deployment());  // first: goBack() looks for it once clients of the new one fail
        core_->deploy(std::move(parts.deployment));
    }
    core_->admission().open();
    if (parts.engine) replaceEngine(std::move(parts.engine));
    engine_->begin(parts.listeners, std::move(parts.waiting));

    const detail::Lock lock(mutex_);
    config_ = std::move(wanted.config);
    listeners_ = std::move(parts.listeners);
    state_ = ServiceState::Serving;
    reason_.clear();
    stateChanged_.notify_all();
}

// The listening sockets are handed over; what arrives in between waits in their backlog.
void LocalService::replaceEngine(std::unique_ptr<Engine> engine) {
    if (engine_) {
        engine_->listen({});
        const detail::Lock lock(mutex_);
        oldEngines_.push_back(std::move(engine_));
    }
    engine_ = std::move(engine);
}

void LocalService::retune(const ServiceConfig& config, std::shared_ptr<const ClientSetup> setup) {
    core_->retune(config.options, std::move(setup));
    replaceConfig(config);
}

void LocalService::replaceConfig(const ServiceConfig& config) {
    const detail::Lock lock(mutex_);
    config_ = config;
}

void LocalService::setState(ServiceState state, std::string reason) {
    const detail::Lock lock(mutex_);
    state_ = state;
    reason_ = std::move(reason);
    stateChanged_.notify_all();
}

bool LocalService::goBack(const DeployedVersionPtr& failed, const DeployedVersionPtr& before,
                          const std::string& reason) {
    const auto current = core_->deployment();
    auto old = past_.find(before->number);
    if (!old || versionOf(current) != failed) return false;
    if (!core_->deployInstead(current, std::move(old))) return false;
    past_.add(current);
    past_.remove(before->number);
    const detail::Lock lock(mutex_);
    rejected_ = failed->generation->identity();
    reason_ = reason;
    return true;
}

bool LocalService::rejects(const FileIdentity& file) const {
    const detail::Lock lock(mutex_);
    return rejected_ == file;
}

void LocalService::forgetRejected(const FileIdentity& file) {
    const detail::Lock lock(mutex_);
    if (rejected_ == file) rejected_.reset();
}

// --- its end ---

void LocalService::liftLimits() {
    AdmissionOptions options = config().options;
    options.maxConnections = std::numeric_limits<std::size_t>::max();
    options.maxPerClient = 0;
    options.rate = {};
    core_->admission().retune(options);
}

void LocalService::listenOnly(const Engine::Listeners& kept) {
    if (engine_) engine_->listen(kept);
    const detail::Lock lock(mutex_);
    listeners_ = kept;
}

void LocalService::close() {
    core_->admission().close();
    if (engine_) engine_->listen({});
    if (const auto deployment = core_->deployment()) deployment->setDraining(true);
    const detail::Lock lock(mutex_);
    listeners_.clear();
    state_ = ServiceState::Draining;
    stateChanged_.notify_all();
}

bool LocalService::settle(Clock::time_point deadline, std::string reason) {
    if (!waitIdle(deadline)) return false;
    core_->deploy(nullptr);
    engine_.reset();
    sweepEngines();
    setState(ServiceState::Stopped, std::move(reason));
    return true;
}

bool LocalService::sweepEngines() {
    std::vector<std::unique_ptr<Engine>> idle;  // destroyed after the lock: that joins threads
    const detail::Lock lock(mutex_);
    for (auto& engine : oldEngines_) {
        if (engine->idle()) idle.push_back(std::move(engine));
    }
    std::erase(oldEngines_, nullptr);
    return oldEngines_.empty();
}

bool LocalService::waitOldGone(Clock::time_point deadline) {
    const auto current = core_->deployment();
    const auto gone = core_->registry().waitNone(deadline, [&](const ConnectionRecord& record) {
        return !current || record.facts().deployment != current->number();
    });
    sweepEngines();
    return gone;
}

bool LocalService::cut(std::uint64_t id, CutReason reason) {
    const auto record = core_->registry().find(id);
    if (record) record->cut(reason);
    return record != nullptr;
}

RunningService::ConnectionIds LocalService::cutVersion(std::uint64_t version, CutReason reason) {
    return core_->registry().cutIf(reason, [&](const ConnectionRecord& record) {
        return record.facts().deployment == version;
    });
}

RunningService::ConnectionIds LocalService::cutAll(CutReason reason) {
    return core_->registry().cutIf(reason, [](const ConnectionRecord&) { return true; });
}

}  // namespace berth::host
