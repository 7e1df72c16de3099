// host/control/server/session.h - one control client from its first byte to its last.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <utility>

#include "host/control/auth/caller.h"
#include "host/control/auth/login.h"
#include "host/control/commands/dispatcher.h"
#include "host/control/server/channel.h"
#include "host/control/server/clients.h"
#include "host/engine/client_threads.h"
#include "host/service/client_setup.h"
#include "host/service/refusal_log.h"

namespace berth::host::control {

struct SessionLimits {
    std::chrono::milliseconds idle{std::chrono::minutes(10)};   // between two requests
    std::chrono::milliseconds login{std::chrono::seconds(30)};  // the same before auth
    std::chrono::milliseconds write{std::chrono::seconds(10)};  // for a client to take a reply
    std::chrono::milliseconds line{std::chrono::seconds(10)};   // for a request that has begun
    std::size_t deniedRequests = 20;  // before auth; then the connection is cut
};

// What all sessions of a server share. Lifetime: outlives them.
struct SessionServices {
    const Dispatcher& dispatcher;
    Credentials& credentials;
    const ClientSetup& setup;  // TLS, for TCP
    RefusalLog& refusals;
    SessionLimits limits;
};

// A client that has a place.
class Session final : public ClientThreads::Client {
public:
    Session(const Poco::Net::StreamSocket& socket, Clients::Place place, Admittance admittance,
            SessionServices& services)
        : socket_(socket), place_(std::move(place)), admittance_(admittance), services_(services) {}

    void serve() noexcept override;

private:
    Poco::Net::StreamSocket socket_;
    Clients::Place place_;
    const Admittance admittance_;
    SessionServices& services_;
};

// Tells a client for whom there is no place, and the log. Waits for nothing.
void turnAway(Poco::Net::StreamSocket socket, Admittance admittance, SessionServices& services);

}  // namespace berth::host::control
