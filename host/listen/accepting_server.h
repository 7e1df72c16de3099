// host/listen/accepting_server.h - Poco's TCPServer as the thread that accepts, and no more.
#pragma once

#include <Poco/Net/TCPServer.h>
#include <Poco/ThreadPool.h>

#include "host/listen/accepting_socket.h"

namespace berth::host {

// Hands each client to its filter, which takes the socket over and returns false: Poco's own queue
// would leave a client in it for ever when no thread could be made for him.
//
// Threads: the owner's. Lifetime: the pool outlives it.
class AcceptingServer : public Poco::Net::TCPServer {
public:
    using Filter = Poco::Net::TCPServerConnectionFilter;

    // `pool` is one that Poco asks for; no client ever gets a thread of it. Touches no client
    // before start().
    AcceptingServer(const AcceptingSocket& socket, Poco::ThreadPool& pool,
                    const Filter::Ptr& filter);

    // After AcceptingSocketImpl::interrupt(): waits for the end of its thread.
    void end();
};

}  // namespace berth::host
