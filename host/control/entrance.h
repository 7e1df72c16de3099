// host/control/entrance.h - gives a client its place when it is accepted.
#pragma once

#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/TCPServer.h>

#include "host/control/clients.h"

namespace berth::host::control {

// On the acceptor's thread, so that clients get places in the order in which they came, however
// the threads that serve them are scheduled. The place travels with the socket.
//
// Lifetime: the clients outlive it.
class Entrance final : public Poco::Net::TCPServerConnectionFilter {
public:
    explicit Entrance(Clients& clients) : clients_(clients) {}

    // Accepts each socket, also one without a place: it has to be told.
    bool accept(const Poco::Net::StreamSocket& socket) override;

private:
    Clients& clients_;
};

// The place that accept() gave to the socket; empty when there was none. Once for each socket.
[[nodiscard]] Clients::Place takePlace(const Poco::Net::StreamSocket& socket);

}  // namespace berth::host::control
