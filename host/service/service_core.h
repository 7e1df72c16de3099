// host/service/service_core.h - what the connections of one service share.
#pragma once

#include <memory>
#include <string>

#include "berth/detail/mutex.h"
#include "host/admission/admission.h"
#include "host/config/service_options.h"
#include "host/engine/connection_registry.h"
#include "host/engine/session.h"
#include "host/service/client_setup.h"
#include "host/service/deployment.h"
#include "host/service/host_resources.h"
#include "host/service/metric_set.h"
#include "host/service/refusal_log.h"

namespace berth::host {

// Admits clients and makes their sessions. Each session holds the core, so that the core outlives
// the last of them.
//
// Threads: any.
class ServiceCore final : public SessionSource, public std::enable_shared_from_this<ServiceCore> {
public:
    ServiceCore(std::string name, const AdmissionOptions& options, HostResources& resources);

    [[nodiscard]] std::unique_ptr<Session> admit(const Poco::Net::StreamSocket& client,
                                                 const std::stop_token& stop) override;
    [[nodiscard]] Admitted admitNow(const Poco::Net::StreamSocket& client) override;
    void turnedAway(const SocketName& peer) override;
    void lacksThread(const Poco::Net::StreamSocket& client) override;

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] HostResources& resources() noexcept { return resources_; }
    [[nodiscard]] RefusalLog& refusals() noexcept { return refusals_; }
    [[nodiscard]] Admission& admission() noexcept { return admission_; }
    [[nodiscard]] ConnectionRegistry& registry() noexcept { return registry_; }
    [[nodiscard]] const std::shared_ptr<MetricSet>& metrics() const noexcept { return metrics_; }

    // How new connections are served.
    struct SessionSettings {
        std::shared_ptr<const ClientSetup> setup;
        ConnectionLimits limits;
        std::chrono::milliseconds maxLifetime{0};
    };
    // Settings that are ready to be put in force. `setup` is the part that opens files; null leaves
    // it as it is.
    [[nodiscard]] std::shared_ptr<const SessionSettings> makeSessionSettings(
        const ServiceOptions& options, std::shared_ptr<const ClientSetup> setup) const;
    void retune(std::shared_ptr<const SessionSettings> settings) noexcept;

    // New clients go to `deployment`; returns the one before, which serves those it has and is
    // draining in the same moment.
    std::shared_ptr<Deployment> deploy(std::shared_ptr<Deployment> deployment) noexcept;
    // The same, but only when new clients go to `expected` now. `deployment` may be one that was
    // draining: none of its new clients sees it so.
    bool deployInstead(const std::shared_ptr<Deployment>& expected,
                       std::shared_ptr<Deployment> deployment) noexcept;
    [[nodiscard]] std::shared_ptr<Deployment> deployment() const noexcept;

    // What a session takes along when it is made; both from the same moment.
    struct Snapshot {
        std::shared_ptr<Deployment> deployment;
        std::shared_ptr<const SessionSettings> settings;
    };
    [[nodiscard]] Snapshot snapshot() const noexcept;

private:
    // Without the deployment: a loop that asks must not become its last owner.
    [[nodiscard]] std::shared_ptr<const ClientSetup> setup() const;
    // Of a client whose PROXY header tells who is to be admitted; null: he himself is.
    [[nodiscard]] std::unique_ptr<Session> sessionBeforeHeader(const PeerAddress& address);
    // Null when he is refused.
    [[nodiscard]] std::unique_ptr<Session> enrolled(const Poco::Net::StreamSocket& client,
                                                    Admission::Answer answer);

    const std::string name_;
    HostResources& resources_;
    RefusalLog refusals_;
    Admission admission_;
    ConnectionRegistry registry_;
    const std::shared_ptr<MetricSet> metrics_ = std::make_shared<MetricSet>();

    mutable detail::Mutex mutex_;
    std::shared_ptr<Deployment> deployment_ BERTH_GUARDED_BY(mutex_);
    // Replaced as a whole, never changed.
    std::shared_ptr<const SessionSettings> settings_ BERTH_GUARDED_BY(mutex_);
};

}  // namespace berth::host
