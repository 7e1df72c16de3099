// host/engine/fiber_client.h - one client on a loop, from the acceptor to its end.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <memory>
#include <optional>
#include <string>

#include "host/engine/session.h"
#include "host/fiber/loop.h"
#include "host/fiber/socket_watch.h"

namespace berth::host {

// Counts the clients of one engine that are not gone.
class ClientGate;

// Owns itself from launch() on: its fiber destroys it.
//
// Threads: an acceptor's until launch(), then its loop's.
class FiberClient final : public Arrival {
public:
    // A socket that does not block. The gate outlives the client.
    FiberClient(const Poco::Net::StreamSocket& socket, std::unique_ptr<Session> session, Loop& loop,
                ClientGate& gate);
    ~FiberClient() override;

    // Makes one and hands it to its loop; abandons the client when there is no memory for it, or
    // the kernel watches no more sockets. As the constructor.
    static void launch(const Poco::Net::StreamSocket& socket, std::unique_ptr<Session> session,
                       Loop& loop, ClientGate& gate) noexcept;

    void run() noexcept override;
    void moveTo(Loop& loop) noexcept override;
    void beginAgain() noexcept override { watch_.beginAgain(); }
    [[nodiscard]] const std::shared_ptr<HelperShare>& helpers() const noexcept override;
    [[nodiscard]] int descriptor() const noexcept override { return watch_.socket(); }

private:
    void serve() noexcept;
    [[nodiscard]] bool prepare() noexcept;
    // Without a handler.
    void drop() noexcept;
    // Lets go of all that a client has.
    void end() noexcept;

    ClientGate* gate_;  // null: the client is gone, or another object's
    std::optional<Poco::Net::StreamSocket> socket_;  // an empty one of Poco's would take memory
    SocketWatch watch_;
    std::unique_ptr<Session> session_;
};

}  // namespace berth::host
