// host/engine/stream_connection.h - the Connection of the threads engine.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "host/engine/session.h"
#include "host/engine/socket_connection.h"

namespace berth::host {

// Blocks its thread in the kernel. Without TLS the limit for reading is a socket option, and a
// write waits only when there is no room, so that a message costs one system call each way.
class StreamConnection final : public SocketConnection {
public:
    // Borrows both; a plain or a TLS socket.
    StreamConnection(Poco::Net::StreamSocket& socket, ConnectionRecord& record,
                     const ConnectionLimits& limits);
    ~StreamConnection() override;

    [[nodiscard]] Chunk receive() override;
    [[nodiscard]] Chunk read(std::span<std::byte> buffer) override;
    void write(std::span<const std::byte> bytes) override;
    void setTimeout(std::chrono::milliseconds limit) override;
    [[nodiscard]] std::chrono::milliseconds timeout() const noexcept override { return timeout_; }

private:
    [[nodiscard]] std::size_t receiveSome(std::span<std::byte> buffer);
    [[nodiscard]] std::size_t sendSecure(std::span<const std::byte> bytes);
    void awaitTls(int result);
    // Each throws TimedOut.
    void awaitInput();
    void awaitRoom();

    std::chrono::milliseconds timeout_{0};
    bool kernelLimits_ = false;  // the wait of a plain recv(2); else each is waited for before
    const std::chrono::milliseconds writeTimeout_;
    std::unique_ptr<std::byte[]> buffer_;  // lent by receive(); made when first needed
};

}  // namespace berth::host
