// host/control/entrance.cpp
#include "host/control/entrance.h"

#include <memory>
#include <utility>

#include "host/listen/accepted_socket.h"

namespace berth::host::control {
namespace {

// Given back with the socket when the server ends before a thread takes it.
struct HeldPlace final : Accepted {
    explicit HeldPlace(Clients::Place given) : place(std::move(given)) {}
    Clients::Place place;
};

}  // namespace

bool Entrance::accept(const Poco::Net::StreamSocket& socket) {
    auto held = std::make_unique<HeldPlace>(clients_.enter(socket.impl()->sockfd()));
    AcceptedSocketImpl::of(socket).attach(std::move(held));
    return true;
}

Clients::Place takePlace(const Poco::Net::StreamSocket& socket) {
    const auto accepted = AcceptedSocketImpl::of(socket).detach();
    return std::move(dynamic_cast<HeldPlace&>(*accepted).place);
}

}  // namespace berth::host::control
