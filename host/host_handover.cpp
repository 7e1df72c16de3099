// host/host_handover.cpp - giving what listens to another process.
#include <algorithm>
#include <limits>

#include "host/host_state.h"

namespace berth::host {
namespace {

using Clock = Host::State::Clock;

// Clients that were accepted before are not turned away for a limit any more.
ServiceOptions withoutLimits(ServiceOptions options) {
    options.maxConnections = std::numeric_limits<std::size_t>::max();
    options.maxPerClient = 0;
    options.rate = {};
    return options;
}

}  // namespace

std::vector<OwnedListener> Host::listeners() const {
    std::vector<OwnedListener> result;
    for (const auto& [name, service] : state_->serviceMap()) {
        for (const auto& listener : service->listeners()) result.push_back({name, listener});
    }
    return result;
}

ChangeResult Host::handOver(const Offer& offer) {
    const std::lock_guard change(state_->changes);
    if (state_->draining) return ChangeResult::failure("refused", "the host is shutting down");
    auto result = offer(listeners(), state_->configuration().host);
    if (!result.ok()) return result;
    state_->draining = true;
    for (const auto& [name, service] : state_->serviceMap()) {
        if (service->state() != ServiceState::Serving) continue;
        service->core().admission().retune(withoutLimits(service->config().options));
        service->setState(ServiceState::Draining, "another process serves");
    }
    return result;
}

void Host::drainBehind() {
    const std::lock_guard change(state_->changes);
    const auto now = Clock::now();
    for (const auto& [name, service] : state_->serviceMap()) {
        const auto deadline = now + service->config().options.drainTimeout;
        const bool handedOn = std::ranges::all_of(service->listeners(), [&](const auto& listener) {
            return listener->socket().accepting().waitHeld(deadline);
        });
        if (handedOn) static_cast<void>(service->core().admission().waitNobody(deadline));
    }
}

}  // namespace berth::host
