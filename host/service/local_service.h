// host/service/local_service.h - a service whose clients are served in this process.
#pragma once

#include <condition_variable>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "berth/detail/mutex.h"
#include "host/service/deployed_versions.h"
#include "host/service/running_service.h"
#include "host/service/service_core.h"

namespace berth::host {

class LocalService final : public RunningService {
public:
    // `calls`: what bounds the plugin's code. Lifetime: the resources outlive it.
    LocalService(const ServiceConfig& config, HostResources& resources, PluginCalls calls);
    ~LocalService() override;

    [[nodiscard]] std::unique_ptr<PreparedService> prepare(ServiceChange change) override;
    void replaceConfig(ServiceConfig config) noexcept override;
    void setState(ServiceState state, std::string reason) noexcept override;
    bool rollBack(const DeployedVersionPtr& failed, const DeployedVersionPtr& before,
                  std::string reason) noexcept override;
    [[nodiscard]] bool rejects(const FileIdentity& file) const override;
    void forgetRejected(const FileIdentity& file) noexcept override;

    void refuseClients() noexcept override { core_->admission().close(); }
    void liftLimits() override;
    void listenOnly(const Engine::Listeners& kept) noexcept override;
    void close() noexcept override;
    bool settle(Clock::time_point deadline, std::string reason) noexcept override;
    bool sweepEngines() noexcept override;

    [[nodiscard]] std::size_t open() const override;
    [[nodiscard]] std::vector<ConnectionStatus> connections() const override;
    [[nodiscard]] std::size_t openOn(std::uint64_t version) const override;
    bool cut(std::uint64_t id, CutReason reason) override;
    ConnectionIds cutVersion(std::uint64_t version, CutReason reason) override;
    ConnectionIds cutAll(CutReason reason) override;
    [[nodiscard]] std::vector<PinStatus> pins() const override;

    [[nodiscard]] bool waitState(ServiceState state, Clock::time_point deadline) const override;
    [[nodiscard]] bool waitIdle(Clock::time_point deadline) const override;
    [[nodiscard]] bool waitNobody(Clock::time_point deadline) const override;
    [[nodiscard]] bool waitEnded(const ConnectionIds& ids,
                                 Clock::time_point deadline) const override;
    [[nodiscard]] bool waitUnpinned(std::string_view plugin,
                                    Clock::time_point deadline) const override;
    bool waitOldGone(Clock::time_point deadline) override;

    [[nodiscard]] const std::string& name() const noexcept override { return core_->name(); }
    [[nodiscard]] ServiceConfig config() const override;
    [[nodiscard]] ServiceState state() const override;
    [[nodiscard]] DeployedVersionPtr version() const override;
    [[nodiscard]] Engine::Listeners listeners() const override;
    [[nodiscard]] ServiceStatus status() const override;

    // What its clients share, for those who test it.
    [[nodiscard]] ServiceCore& core() noexcept { return *core_; }

private:
    class Parts;

    // What the change needs of the plugin, and of an engine.
    [[nodiscard]] std::shared_ptr<Deployment> makeDeployment(const ServiceConfig& config,
                                                             const PluginKind& plugin);
    [[nodiscard]] std::unique_ptr<Engine> makeEngine(const ServiceConfig& config);
    void commit(Parts& parts) noexcept;
    void serve(Parts& parts) noexcept;
    // Makes room for the engine that replaceEngine() puts aside.
    void prepareReplacing();
    // Replaces what accepts; the engine before goes on with the clients it has.
    void replaceEngine(std::unique_ptr<Engine> engine) noexcept;
    // One that has no client any more; null when there is none.
    [[nodiscard]] std::unique_ptr<Engine> takeIdleEngine() noexcept;
    void addState(ServiceStatus& status) const;

    HostResources& resources_;
    const PluginCalls calls_;
    const std::shared_ptr<ServiceCore> core_;
    std::unique_ptr<Engine> engine_;
    DeployedVersions versions_;

    mutable std::condition_variable stateChanged_;
    mutable detail::Mutex mutex_;
    ServiceConfig config_ BERTH_GUARDED_BY(mutex_);
    Engine::Listeners listeners_ BERTH_GUARDED_BY(mutex_);
    ServiceState state_ BERTH_GUARDED_BY(mutex_) = ServiceState::Stopped;
    std::string reason_ BERTH_GUARDED_BY(mutex_);
    // With clients still on them.
    std::vector<std::unique_ptr<Engine>> oldEngines_ BERTH_GUARDED_BY(mutex_);
    // The plugin file that failed its probation.
    std::optional<FileIdentity> rejected_ BERTH_GUARDED_BY(mutex_);
};

}  // namespace berth::host
