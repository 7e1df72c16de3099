// host/engine/session.h - what an engine needs to know of the clients that it runs.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <memory>
#include <stop_token>
#include <string_view>

#include "berth/connection.h"
#include "host/engine/connection_record.h"
#include "host/listen/socket_name.h"

namespace berth::host {

// The time limits and socket options of a connection.
struct ConnectionLimits {
    std::chrono::milliseconds idleTimeout{0};   // zero: none
    std::chrono::milliseconds writeTimeout{0};  // zero: none
    bool nodelay = true;  // where the engine's way of accepting undoes the listener's choice
};

// One client on its way through an engine: admit() makes it, the engine builds the Connection
// and calls serve(). Destroyed without serve() and abandon(), it counts as drained.
//
// Threads: one at a time, as the engine hands it on.
class Session {
public:
    Session() = default;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    virtual ~Session() = default;

    // What comes before the handler: the PROXY header, the TLS handshake. Replaces the accepted
    // socket with the one to talk through, and closes neither: an engine may have to let go of the
    // descriptor first. False when the client was refused or failed at it.
    [[nodiscard]] virtual bool prepare(Poco::Net::StreamSocket& socket) = 0;
    // Valid after prepare().
    [[nodiscard]] virtual ConnectionRecord& record() noexcept = 0;
    [[nodiscard]] virtual ConnectionLimits limits() const noexcept = 0;
    // Runs the handler to its end; counts and logs how it ended.
    virtual void serve(Connection& client) noexcept = 0;
    // The host lacks what it takes to serve the client, who is gone after this: counts and logs it.
    virtual void abandon(const Poco::Net::StreamSocket& accepted,
                         std::string_view reason) noexcept = 0;
};

// Threads: called by acceptors and loops, several at once.
class SessionSource {
public:
    // What became of a client at once: a session, a refusal, or that he has to wait.
    struct Admitted {
        std::unique_ptr<Session> session;
        bool mustWait = false;
    };

    SessionSource() = default;
    SessionSource(const SessionSource&) = delete;
    SessionSource& operator=(const SessionSource&) = delete;
    virtual ~SessionSource() = default;

    // Null when the client is refused. May wait while the service is full, until a stop.
    [[nodiscard]] virtual std::unique_ptr<Session> admit(const Poco::Net::StreamSocket& client,
                                                         const std::stop_token& stop) = 0;
    // The same without waiting.
    [[nodiscard]] virtual Admitted admitNow(const Poco::Net::StreamSocket& client) = 0;
    // A client was turned away because no descriptor was left for him.
    virtual void turnedAway(const SocketName& peer) = 0;
    // No thread can be made for an admitted client, which waits for one.
    virtual void lacksThread(const Poco::Net::StreamSocket& client) = 0;
};

}  // namespace berth::host
