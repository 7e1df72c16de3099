// host/control/server/entrance.cpp
#include "host/control/server/entrance.h"

#include <exception>
#include <memory>
#include <utility>

#include "host/control/auth/caller.h"

namespace berth::host::control {

Clients::Place Entrance::enter(const Poco::Net::StreamSocket& socket) {
    try {
        const auto caller = identify(socket, admittance_);
        return clients_.enter(socket.impl()->sockfd(), caller.source, caller.trusted());
    } catch (const std::exception&) {
        return clients_.enter(socket.impl()->sockfd(), {}, false);  // gone already
    }
}

bool Entrance::accept(const Poco::Net::StreamSocket& socket) {
    auto place = enter(socket);
    if (place) {
        threads_.serve(
            std::make_unique<Session>(socket, std::move(place), admittance_, services_),
            [this] { services_.refusals.lacksThread(); }, stop_);
    } else {
        turnAway(socket, admittance_, services_);
    }
    return false;
}

}  // namespace berth::host::control
