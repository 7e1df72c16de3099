// host/service/local_service.cpp
#include "host/service/local_service.h"

#include <algorithm>
#include <limits>
#include <type_traits>
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

static_assert(std::is_nothrow_move_assignable_v<ServiceConfig>);
static_assert(std::is_nothrow_move_constructible_v<Admission::Rules>);

class LocalService::Parts final : public PreparedService {
public:
    Parts(LocalService& service, ServiceChange change)
        : service_(service),
          config(std::move(change.config)),
          rules(config.options),
          session(service.core_->makeSessionSettings(config.options, std::move(change.setup))) {
        if (change.plugin) {
            deployment = service.makeDeployment(config, *change.plugin);
            entry = DeployedVersions::entryOf(deployment);
        }
        if (change.newEngine) {
            engine = service.makeEngine(config);
            service.prepareReplacing();
        }
    }

    void listenOn(Engine::Listeners wantedListeners) override {
        waiting = (engine ? engine : service_.engine_)->prepare(wantedListeners);
        listeners = std::move(wantedListeners);
    }
    [[nodiscard]] DeployedVersionPtr version() const override { return versionOf(deployment); }
    void watchBy(std::shared_ptr<Canary> canary) noexcept override {
        BERTH_REQUIRE(deployment != nullptr);
        deployment->watchBy(std::move(canary));
    }
    void commit() noexcept override { service_.commit(*this); }

private:
    LocalService& service_;

public:
    ServiceConfig config;
    Admission::Rules rules;
    std::shared_ptr<const ServiceCore::SessionSettings> session;
    std::shared_ptr<Deployment> deployment;  // null: the one there is goes on
    DeployedVersions::Entry entry;           // of the deployment
    std::unique_ptr<Engine> engine;          // null: the one there is goes on
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

std::shared_ptr<Deployment> LocalService::makeDeployment(const ServiceConfig& config,
                                                         const PluginKind& plugin) {
    const auto context = std::make_shared<std::unique_ptr<ServiceContext>>(
        std::make_unique<ServiceContext>(name(), resources_.logs.open(name()), core_->metrics()));
    // All by value: the call may be given up while its thread goes on.
    auto calls = calls_;
    return calls.run<std::shared_ptr<Deployment>>(
        "making it",
        [number = ++resources_.lastDeployment, context, plugin, settings = config.settings, calls] {
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

void LocalService::commit(Parts& parts) noexcept {
    core_->admission().retune(std::move(parts.rules));
    core_->retune(std::move(parts.session));
    const bool serves = parts.waiting != nullptr;
    BERTH_REQUIRE(serves || (!parts.deployment && !parts.engine));
    if (serves) serve(parts);

    const detail::Lock lock(mutex_);
    std::swap(config_, parts.config);  // the one before goes without the lock
    if (!serves) return;
    std::swap(listeners_, parts.listeners);
    state_ = ServiceState::Serving;
    reason_.clear();
    stateChanged_.notify_all();
}

void LocalService::serve(Parts& parts) noexcept {
    if (parts.deployment) {
        versions_.add(std::move(parts.entry));
        core_->deploy(std::move(parts.deployment));
    }
    core_->admission().open();
    if (parts.engine) replaceEngine(std::move(parts.engine));
    engine_->begin(parts.listeners, std::move(parts.waiting));
}

void LocalService::prepareReplacing() {
    const detail::Lock lock(mutex_);
    oldEngines_.reserve(oldEngines_.size() + 1);
}

// The listening sockets are handed over; what arrives in between waits in their backlog.
void LocalService::replaceEngine(std::unique_ptr<Engine> engine) noexcept {
    if (engine_) {
        engine_->listenOnly({});
        const detail::Lock lock(mutex_);
        oldEngines_.push_back(std::move(engine_));
    }
    engine_ = std::move(engine);
}

void LocalService::replaceConfig(ServiceConfig config) noexcept {
    const detail::Lock lock(mutex_);
    std::swap(config_, config);
}

void LocalService::setState(ServiceState state, std::string reason) noexcept {
    const detail::Lock lock(mutex_);
    state_ = state;
    reason_.swap(reason);
    stateChanged_.notify_all();
}

bool LocalService::rollBack(const DeployedVersionPtr& failed, const DeployedVersionPtr& before,
                            std::string reason) noexcept {
    const auto current = core_->deployment();
    auto old = versions_.find(before->number);
    if (!old || versionOf(current) != failed) return false;
    if (!core_->deployInstead(current, std::move(old))) return false;
    const detail::Lock lock(mutex_);
    rejected_ = failed->generation->identity();
    reason_.swap(reason);
    return true;
}

bool LocalService::rejects(const FileIdentity& file) const {
    const detail::Lock lock(mutex_);
    return rejected_ == file;
}

void LocalService::forgetRejected(const FileIdentity& file) noexcept {
    const detail::Lock lock(mutex_);
    if (rejected_ == file) rejected_.reset();
}

// --- its end ---

void LocalService::liftLimits() {
    AdmissionOptions options = config().options;
    options.maxConnections = std::numeric_limits<std::size_t>::max();
    options.maxPerClient = 0;
    options.rate = {};
    core_->admission().retune(Admission::Rules(options));
}

void LocalService::listenOnly(const Engine::Listeners& kept) noexcept {
    if (engine_) engine_->listenOnly(kept);
    const detail::Lock lock(mutex_);
    std::erase_if(listeners_, [&](const auto& listener) {
        return std::ranges::find(kept, listener) == kept.end();
    });
}

void LocalService::close() noexcept {
    core_->admission().close();
    if (engine_) engine_->listenOnly({});
    if (const auto deployment = core_->deployment()) deployment->setDraining(true);
    const detail::Lock lock(mutex_);
    listeners_.clear();
    state_ = ServiceState::Draining;
    stateChanged_.notify_all();
}

bool LocalService::settle(Clock::time_point deadline, std::string reason) noexcept {
    if (!waitIdle(deadline)) return false;
    core_->deploy(nullptr);
    engine_.reset();
    sweepEngines();
    setState(ServiceState::Stopped, std::move(reason));
    return true;
}

bool LocalService::sweepEngines() noexcept {
    while (takeIdleEngine()) continue;  // destroyed without the lock: that joins threads
    const detail::Lock lock(mutex_);
    return oldEngines_.empty();
}

std::unique_ptr<Engine> LocalService::takeIdleEngine() noexcept {
    const detail::Lock lock(mutex_);
    const auto found =
        std::ranges::find_if(oldEngines_, [](const auto& engine) { return engine->idle(); });
    if (found == oldEngines_.end()) return nullptr;
    auto idle = std::move(*found);
    oldEngines_.erase(found);
    return idle;
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
