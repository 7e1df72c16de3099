// host/control/session.h - one control client from its first byte to its last.
#pragma once

#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/TCPServerConnection.h>

#include <chrono>

#include "host/control/channel.h"
#include "host/control/clients.h"
#include "host/control/dispatcher.h"
#include "host/control/login.h"
#include "host/service/client_setup.h"

namespace berth::host::control {

struct SessionLimits {
    std::chrono::milliseconds idle{std::chrono::minutes(10)};   // between two requests
    std::chrono::milliseconds login{std::chrono::seconds(30)};  // the same before auth
    std::chrono::milliseconds write{std::chrono::seconds(10)};  // for a client to take a reply
    std::size_t deniedRequests = 20;  // before auth; then the connection is cut
};

// What all sessions of a server share. Lifetime: outlives them.
struct SessionServices {
    const Dispatcher& dispatcher;
    Credentials& credentials;
    const ClientSetup& setup;  // TLS, for TCP
    SessionLimits limits;
};

// Poco runs it on a thread of the server's pool. Its socket came in through an Entrance.
class Session final : public Poco::Net::TCPServerConnection {
public:
    Session(const Poco::Net::StreamSocket& socket, bool local, SessionServices& services)
        : TCPServerConnection(socket), local_(local), services_(services) {}

    void run() override;

private:
    bool local_;
    SessionServices& services_;
};

}  // namespace berth::host::control
