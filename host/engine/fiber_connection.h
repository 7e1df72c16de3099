// host/engine/fiber_connection.h - the Connection of the fibers engine.
#pragma once

#include <cstddef>
#include <optional>

#include "host/engine/session.h"
#include "host/engine/sink_pump.h"
#include "host/engine/socket_connection.h"
#include "host/fiber/socket_watch.h"

namespace berth::host {

// Suspends its fiber where a call would block. Its loop lends one buffer to whoever receives, so
// that a client that waits holds none. Time limits are timers of the loop.
//
// Threads: the loop's, within the client's fiber.
class FiberConnection final : public SocketConnection, private CutObserver {
public:
    // Borrows all; a plain or a TLS socket that does not block.
    FiberConnection(Poco::Net::StreamSocket& socket, ConnectionRecord& record,
                    const ConnectionLimits& limits, SocketWatch& watch);
    ~FiberConnection() override;

    [[nodiscard]] Chunk receive() override;
    [[nodiscard]] Chunk read(std::span<std::byte> buffer) override;
    void write(std::span<const std::byte> bytes) override;
    std::uint64_t copyTo(Sink& sink, std::uint64_t count) override;
    void setTimeout(std::chrono::milliseconds limit) override { idleTimeout_ = limit; }
    [[nodiscard]] std::chrono::milliseconds timeout() const noexcept override {
        return idleTimeout_;
    }

private:
    using Direction = SocketWatch::Direction;
    using Deadline = Loop::Clock::time_point;

    void onCut() noexcept override { watch_.nudge(); }

    void awaitInput();
    void awaitRoom();
    // What one call brought or took; nothing when it would block.
    [[nodiscard]] std::optional<std::size_t> tryReceive(std::span<std::byte> buffer);
    [[nodiscard]] std::optional<std::size_t> trySend(std::span<const std::byte> bytes);
    [[nodiscard]] std::optional<std::size_t> tryReceiveSecure(std::span<std::byte> buffer);
    [[nodiscard]] std::optional<std::size_t> trySendSecure(std::span<const std::byte> bytes);
    // One run of a pump on a helper thread, while the loop hears nothing of the socket.
    [[nodiscard]] SinkPump::Stop pumpOffLoop(SinkPump& pump);
    // What TLS needs before it goes on, which may be the other direction.
    void awaitTls(int result);
    [[noreturn]] void lose(int error);

    SocketWatch& watch_;
    Loop& loop_;
    std::chrono::milliseconds idleTimeout_;
    const std::chrono::milliseconds writeTimeout_;
};

}  // namespace berth::host
