// host/engine/session.h - what an engine needs to know of the clients that it runs.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>

#include "berth/connection.h"
#include "host/engine/connection_record.h"
#include "host/listen/accepted_socket.h"

namespace berth::host {

// The time limits and socket options of a connection.
struct ConnectionLimits {
    std::chrono::milliseconds idleTimeout{0};   // zero: none
    std::chrono::milliseconds writeTimeout{0};  // zero: none
    bool nodelay = true;  // where the engine's way of accepting undoes the listener's choice
};

// One client on its way through an engine: admit() makes it, the engine builds the Connection
// and calls serve(). Destroyed without serve(), it counts as drained.
//
// Threads: one at a time, as the engine hands it on.
class Session : public Accepted {
public:
    // What comes before the handler: the PROXY header, the TLS handshake. Returns the socket to
    // talk through, or nothing when the client was refused or failed at it.
    [[nodiscard]] virtual std::optional<Poco::Net::StreamSocket> prepare(
        const Poco::Net::StreamSocket& accepted) = 0;
    // Who the client is, for reports; empty until that is known. May be called from a signal
    // handler.
    [[nodiscard]] virtual std::string_view peer() const noexcept = 0;
    // Valid after prepare().
    [[nodiscard]] virtual ConnectionRecord& record() noexcept = 0;
    [[nodiscard]] virtual ConnectionLimits limits() const noexcept = 0;
    // Runs the handler to its end; counts and logs how it ended.
    virtual void serve(Connection& client) noexcept = 0;
};

// Threads: called by acceptors, several at once.
class SessionSource {
public:
    SessionSource() = default;
    SessionSource(const SessionSource&) = delete;
    SessionSource& operator=(const SessionSource&) = delete;
    virtual ~SessionSource() = default;

    // Null when the client is refused. May wait while the service is full, until a stop.
    [[nodiscard]] virtual std::unique_ptr<Session> admit(const Poco::Net::StreamSocket& client,
                                                         const std::stop_token& stop) = 0;
    // A client was turned away because no descriptor was left.
    virtual void countShed() = 0;
};

}  // namespace berth::host
