// host/service/service_core.cpp
#include "host/service/service_core.h"

#include <utility>

#include "host/listen/accepted_socket.h"
#include "host/listen/socket_name.h"
#include "host/service/peer_address.h"
#include "host/service/service_session.h"

namespace berth::host {

ServiceCore::ServiceCore(std::string name, const AdmissionOptions& options,
                         HostResources& resources)
    : name_(std::move(name)),
      resources_(resources),
      refusals_(resources.logs, name_),
      admission_(options),
      settings_(std::make_shared<const SessionSettings>()) {}

std::unique_ptr<Session> ServiceCore::admit(const Poco::Net::StreamSocket& client,
                                            const std::stop_token& stop) {
    const auto address = peerAddress(AcceptedSocketImpl::of(client).peer());
    if (auto session = sessionBeforeHeader(address)) return session;
    return enrolled(client, admission_.admit(address, stop));
}

SessionSource::Admitted ServiceCore::admitNow(const Poco::Net::StreamSocket& client) {
    const auto address = peerAddress(AcceptedSocketImpl::of(client).peer());
    if (auto session = sessionBeforeHeader(address)) return {std::move(session)};
    auto answer = admission_.admitNow(address);
    if (!answer) return {nullptr, true};
    return {enrolled(client, *std::move(answer))};
}

std::unique_ptr<Session> ServiceCore::sessionBeforeHeader(const PeerAddress& address) {
    const auto setup = this->setup();
    if (!setup || !setup->trustsProxy(address)) return nullptr;
    auto session = std::make_unique<ServiceSession>(shared_from_this());
    session->awaitHeader();
    return session;
}

std::unique_ptr<Session> ServiceCore::enrolled(const Poco::Net::StreamSocket& client,
                                               Admission::Answer answer) {
    const auto& peer = AcceptedSocketImpl::of(client).peer();
    if (const auto* refusal = std::get_if<Refusal>(&answer)) {
        refusals_.refused(printable(peer), *refusal);
        return nullptr;
    }
    auto session = std::make_unique<ServiceSession>(shared_from_this());
    session->enroll(std::get<Admission::Ticket>(std::move(answer)), printable(peer), client);
    return session;
}

void ServiceCore::turnedAway(const SocketName& peer) {
    admission_.countRefused(Refusal::Descriptors);
    refusals_.refused(printable(peer), Refusal::Descriptors);
}

void ServiceCore::lacksThread(const Poco::Net::StreamSocket&) {
    admission_.countHeld();
    refusals_.lacksThread();
}

std::shared_ptr<const ServiceCore::SessionSettings> ServiceCore::makeSessionSettings(
    const ServiceOptions& options, std::shared_ptr<const ClientSetup> setup) const {
    return std::make_shared<const SessionSettings>(
        SessionSettings{.setup = setup ? std::move(setup) : this->setup(),
                        .limits = {options.idleTimeout, options.writeTimeout, options.nodelay},
                        .maxLifetime = options.maxLifetime});
}

void ServiceCore::retune(std::shared_ptr<const SessionSettings> settings) noexcept {
    const detail::Lock lock(mutex_);
    settings_.swap(settings);
}

std::shared_ptr<Deployment> ServiceCore::deploy(std::shared_ptr<Deployment> deployment) noexcept {
    const detail::Lock lock(mutex_);
    if (deployment_) deployment_->setDraining(true);
    return std::exchange(deployment_, std::move(deployment));
}

bool ServiceCore::deployInstead(const std::shared_ptr<Deployment>& expected,
                                std::shared_ptr<Deployment> deployment) noexcept {
    const detail::Lock lock(mutex_);
    if (deployment_ != expected) return false;
    expected->setDraining(true);
    deployment->setDraining(false);
    deployment_.swap(deployment);
    return true;
}

std::shared_ptr<Deployment> ServiceCore::deployment() const noexcept {
    const detail::Lock lock(mutex_);
    return deployment_;
}

ServiceCore::Snapshot ServiceCore::snapshot() const noexcept {
    const detail::Lock lock(mutex_);
    return {deployment_, settings_};
}

std::shared_ptr<const ClientSetup> ServiceCore::setup() const {
    const detail::Lock lock(mutex_);
    return settings_->setup;
}

}  // namespace berth::host
