// host/listen/accepting_server.cpp
#include "host/listen/accepting_server.h"

#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/Net/TCPServerParams.h>

#include <new>

namespace berth::host {
namespace {

// Nobody asks it: each client is taken over before.
class NoConnections final : public Poco::Net::TCPServerConnectionFactory {
public:
    Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket&) override {
        return nullptr;
    }
};

}  // namespace

AcceptingServer::AcceptingServer(const AcceptingSocket& socket, Poco::ThreadPool& pool,
                                 const Filter::Ptr& filter)
    : TCPServer(new NoConnections, pool, socket, new Poco::Net::TCPServerParams) {
    setConnectionFilter(filter);
}

void AcceptingServer::end() {
    try {
        stop();
    } catch (const std::bad_alloc&) {
        // Its thread has ended; Poco has no word for those that it never had.
    }
}

}  // namespace berth::host
