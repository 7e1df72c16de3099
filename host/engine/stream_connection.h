// host/engine/stream_connection.h - the Connection of the threads engine.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <cstddef>
#include <memory>

#include "berth/connection.h"
#include "host/engine/connection_record.h"
#include "host/engine/session.h"

namespace berth::host {

// Blocks its thread in the kernel; time limits are socket options, so that a message costs one
// system call each way. Poco's exceptions become those of berth/errors.h here.
class StreamConnection final : public Connection {
public:
    // Borrows both; a plain or a TLS socket.
    StreamConnection(Poco::Net::StreamSocket& socket, ConnectionRecord& record,
                     const ConnectionLimits& limits);
    // Closes the socket. What the client sent and nobody read is taken off first, within limits:
    // closing over it would reset the connection and could destroy the last reply on its way.
    ~StreamConnection() override;

    [[nodiscard]] Chunk receive() override;
    [[nodiscard]] Chunk read(std::span<std::byte> buffer) override;
    void write(std::span<const std::byte> bytes) override;
    void finish() override;
    WaitResult wait(std::span<pollfd> descriptors, std::chrono::milliseconds limit,
                    ClientEvent watched) override;
    void setTimeout(std::chrono::milliseconds limit) override;
    [[nodiscard]] std::string_view peer() const noexcept override;
    [[nodiscard]] std::string_view local() const noexcept override;

private:
    [[nodiscard]] std::size_t receiveSome(std::span<std::byte> buffer);
    [[nodiscard]] std::size_t sendSome(std::span<const std::byte> bytes);
    void linger() noexcept;

    Poco::Net::StreamSocket& socket_;
    ConnectionRecord& record_;
    const bool secure_;
    const int descriptor_;
    std::unique_ptr<std::byte[]> buffer_;  // lent by receive(); made when first needed
    bool ended_ = false;                   // the client sends no more, or is lost
    bool finished_ = false;                // finish() was called
};

}  // namespace berth::host
