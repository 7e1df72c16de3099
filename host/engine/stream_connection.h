// host/engine/stream_connection.h - the Connection of the threads engine.
#pragma once

#include <cstddef>
#include <memory>

#include "host/engine/session.h"
#include "host/engine/socket_connection.h"

namespace berth::host {

// Blocks its thread in the kernel; time limits are socket options, so that a message costs one
// system call each way.
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

private:
    [[nodiscard]] std::size_t receiveSome(std::span<std::byte> buffer);
    [[nodiscard]] std::size_t sendSome(std::span<const std::byte> bytes);

    std::unique_ptr<std::byte[]> buffer_;  // lent by receive(); made when first needed
};

}  // namespace berth::host
