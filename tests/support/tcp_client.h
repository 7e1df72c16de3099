// tests/support/tcp_client.h - a client with deadlines, over TCP or a Unix socket.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace berth::test {

// Throws: Poco::TimeoutException when the server says nothing for 20 s, and Poco's network
// exceptions.
class TcpClient {
public:
    explicit TcpClient(std::uint16_t port, const std::string& host = "127.0.0.1");
    explicit TcpClient(const std::filesystem::path& socket);
    explicit TcpClient(const Poco::Net::StreamSocket& connected);

    void send(std::string_view bytes);
    void finishSending() { socket_.shutdownSend(); }
    // One recv(1024); empty at the end of input.
    [[nodiscard]] std::string receiveOnce();
    [[nodiscard]] std::string receiveExactly(std::size_t count);
    // Up to and with the delimiter, or to the end of input.
    [[nodiscard]] std::string receiveUntil(std::string_view delimiter);
    [[nodiscard]] std::string receiveAll();
    // Closes with a reset in place of an orderly end.
    void reset();

    [[nodiscard]] Poco::Net::StreamSocket& socket() noexcept { return socket_; }

private:
    void limitWaits();

    Poco::Net::StreamSocket socket_;
};

}  // namespace berth::test
