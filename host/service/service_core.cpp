// host/service/service_core.cpp
#include "host/service/service_core.h"

#include <utility>

#include "host/service/peer_address.h"
#include "host/service/service_session.h"

namespace berth::host {

ServiceCore::ServiceCore(std::string name, const ServiceOptions& options, HostResources& resources)
    : name_(std::move(name)), resources_(resources), admission_(options) {}

std::unique_ptr<Session> ServiceCore::admit(const Poco::Net::StreamSocket& client,
                                            const std::stop_token& stop) {
    const auto peer = peerAddress(AcceptedSocketImpl::of(client).peer());
    const auto terms = this->terms();
    if (terms.setup && terms.setup->trustsProxy(peer)) {
        return std::make_unique<ServiceSession>(shared_from_this(), std::nullopt, client);
    }
    auto ticket = admission_.admit(peer, stop);
    if (!ticket) return nullptr;
    return std::make_unique<ServiceSession>(shared_from_this(), std::move(ticket), client);
}

void ServiceCore::retune(const ServiceOptions& options, std::shared_ptr<const ClientSetup> setup) {
    admission_.retune(options);
    const std::lock_guard lock(mutex_);
    terms_.limits = {options.idleTimeout, options.writeTimeout, options.nodelay, options.keepalive};
    terms_.maxLifetime = options.maxLifetime;
    if (setup) terms_.setup = std::move(setup);
}

std::shared_ptr<Deployment> ServiceCore::deploy(std::shared_ptr<Deployment> deployment) {
    const std::lock_guard lock(mutex_);
    return std::exchange(terms_.deployment, std::move(deployment));
}

std::shared_ptr<Deployment> ServiceCore::deployment() const {
    const std::lock_guard lock(mutex_);
    return terms_.deployment;
}

ServiceCore::Terms ServiceCore::terms() const {
    const std::lock_guard lock(mutex_);
    return terms_;
}

}  // namespace berth::host
