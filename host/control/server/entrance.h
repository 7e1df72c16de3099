// host/control/server/entrance.h - gives a client its place and its thread when it is accepted.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <stop_token>
#include <utility>

#include "host/control/server/clients.h"
#include "host/control/server/session.h"
#include "host/engine/client_threads.h"
#include "host/listen/accepting_server.h"

namespace berth::host::control {

// On the acceptor's thread, so that clients get places in the order in which they came, however
// the threads that serve them are scheduled. A client of a Unix socket is known at once: the kernel
// vouches for it. One for whom there is no place is told so without a thread.
//
// Lifetime: what it is given outlives it.
class Entrance final : public AcceptingServer::Filter {
public:
    Entrance(Clients& clients, Admittance admittance, SessionServices& services,
             ClientThreads& threads, std::stop_token stop)
        : clients_(clients),
          admittance_(admittance),
          services_(services),
          threads_(threads),
          stop_(std::move(stop)) {}

    // Leaves nothing for Poco to do with the socket.
    bool accept(const Poco::Net::StreamSocket& socket) override;

private:
    [[nodiscard]] Clients::Place enter(const Poco::Net::StreamSocket& socket);

    Clients& clients_;
    const Admittance admittance_;
    SessionServices& services_;
    ClientThreads& threads_;
    const std::stop_token stop_;  // the acceptor ends
};

}  // namespace berth::host::control
