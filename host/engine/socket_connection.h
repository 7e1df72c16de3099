// host/engine/socket_connection.h - what the Connections of both engines have in common.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <chrono>

#include "berth/connection.h"
#include "host/engine/connection_record.h"

namespace berth::host {

// Longer limits are none: clocks and socket options overflow at them.
inline constexpr std::chrono::hours kLongestLimit{24 * 365 * 10};

// Poco's exceptions become those of berth/errors.h here and in the classes below.
//
// Lifetime: borrows the socket and the record.
class SocketConnection : public Connection {
public:
    void finish() final;
    WaitResult wait(std::span<pollfd> descriptors, std::chrono::milliseconds limit,
                    ClientEvent watched) final;
    [[nodiscard]] std::string_view peer() const noexcept final { return record_.facts().peer; }
    [[nodiscard]] std::string_view local() const noexcept final { return record_.local(); }

protected:
    // A plain or a TLS socket.
    SocketConnection(Poco::Net::StreamSocket& socket, ConnectionRecord& record);

    [[nodiscard]] Poco::Net::StreamSocket& socket() noexcept { return socket_; }
    [[nodiscard]] ConnectionRecord& record() noexcept { return record_; }
    [[nodiscard]] bool secure() const noexcept { return secure_; }
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

    // One try each of TLS, on a socket that does not block. Bytes, or below zero Poco's word for
    // what it waits for: SecureStreamSocket::ERR_SSL_WANT_READ or ERR_SSL_WANT_WRITE.
    [[nodiscard]] int receiveTls(std::span<std::byte> buffer);
    [[nodiscard]] int sendTls(std::span<const std::byte> bytes);

    // Counts what came: the front of the buffer, or the end of input.
    // Throws: ConnectionLost when the host cut the connection.
    [[nodiscard]] Chunk received(std::span<std::byte> buffer, std::size_t count);
    void noteLost() noexcept { ended_ = true; }
    // The client sends no more, or is lost: there is nothing to wait for.
    [[nodiscard]] bool ended() const noexcept { return ended_; }
    // Before close(): takes off what the client sent and nobody read, within limits. Closing over
    // it would reset the connection and could destroy the last reply on its way.
    void linger() noexcept;
    void close() noexcept;

private:
    void finishTls();

    Poco::Net::StreamSocket& socket_;
    ConnectionRecord& record_;
    const int descriptor_;
    const bool secure_;
    bool ended_ = false;     // the client sends no more, or is lost
    bool finished_ = false;  // finish() was called
};

}  // namespace berth::host
