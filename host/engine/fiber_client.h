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
class FiberClient final : public FiberTask {
public:
    // A socket that does not block. The gate outlives the client.
    FiberClient(const Poco::Net::StreamSocket& socket, std::unique_ptr<Session> session, Loop& loop,
                ClientGate& gate);
    ~FiberClient();

    // Hands the client to its loop. Throws: std::system_error; the client is dropped then.
    static void launch(std::unique_ptr<FiberClient> client);

    void run() noexcept override;
    void abandon() noexcept override;
    std::size_t describe(std::span<char> text) const noexcept override;
    [[nodiscard]] int descriptor() const noexcept override { return watch_.socket(); }

private:
    void serve() noexcept;
    [[nodiscard]] std::optional<Poco::Net::StreamSocket> prepare() noexcept;
    // Without a handler.
    void drop() noexcept;

    ClientGate& gate_;
    Poco::Net::StreamSocket socket_;
    SocketWatch watch_;
    std::unique_ptr<Session> session_;
};

}  // namespace berth::host
