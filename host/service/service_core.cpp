// host/service/service_core.cpp
#include "host/service/service_core.h"

#include <utility>

#include "host/listen/printable_address.h"
#include "host/service/peer_address.h"
#include "host/service/service_session.h"

namespace berth::host {

ServiceCore::ServiceCore(std::string name, const ServiceOptions& options, HostResources& resources)
    : name_(std::move(name)),
      resources_(resources),
      admission_(options),
      terms_(std::make_shared<const Terms>()) {}

std::unique_ptr<Session> ServiceCore::admit(const Poco::Net::StreamSocket& client,
                                            const std::stop_token& stop) {
    const auto peer = AcceptedSocketImpl::of(client).peer();
    const auto address = peerAddress(peer);
    const auto terms = this->terms();
    if (terms->setup && terms->setup->trustsProxy(address)) {
        auto session = std::make_unique<ServiceSession>(shared_from_this());
        session->awaitHeader();
        return session;
    }
    auto ticket = admission_.admit(address, stop);
    if (!ticket) return nullptr;
    auto session = std::make_unique<ServiceSession>(shared_from_this());
    session->enroll(*std::move(ticket), printable(peer), client);
    return session;
}

template <class Change>
std::shared_ptr<const ServiceCore::Terms> ServiceCore::changeTerms(Change change) {
    const std::lock_guard lock(mutex_);
    auto terms = std::make_shared<Terms>(*terms_);
    change(*terms);
    return std::exchange(terms_, std::move(terms));
}

void ServiceCore::retune(const ServiceOptions& options, std::shared_ptr<const ClientSetup> setup) {
    admission_.retune(options);
    changeTerms([&](Terms& terms) {
        terms.limits = {options.idleTimeout, options.writeTimeout, options.nodelay};
        terms.maxLifetime = options.maxLifetime;
        if (setup) terms.setup = std::move(setup);
    });
}

std::shared_ptr<Deployment> ServiceCore::deploy(std::shared_ptr<Deployment> deployment) {
    const auto before = changeTerms([&](Terms& terms) {
        if (terms.deployment) terms.deployment->setDraining(true);
        terms.deployment = std::move(deployment);
    });
    return before->deployment;
}

bool ServiceCore::deployInstead(const std::shared_ptr<Deployment>& expected,
                                std::shared_ptr<Deployment> deployment) {
    const auto before = changeTerms([&](Terms& terms) {
        if (terms.deployment != expected) return;
        expected->setDraining(true);
        deployment->setDraining(false);
        terms.deployment = std::move(deployment);
    });
    return before->deployment == expected;
}

std::shared_ptr<Deployment> ServiceCore::deployment() const {
    return terms()->deployment;
}

std::shared_ptr<const ServiceCore::Terms> ServiceCore::terms() const {
    const std::lock_guard lock(mutex_);
    return terms_;
}

}  // namespace berth::host
