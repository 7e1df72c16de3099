// tests/host/engine/socket_pair.h - both ends of a real connection, one of them in a
// StreamConnection.
#pragma once

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "host/engine/stream_connection.h"
#include "host/listen/accepted_socket.h"
#include "support/tcp_client.h"

namespace berth::test {

// What a handler received, as text.
inline std::string text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Over TCP on the loopback device: the server's end is what an engine would accept.
class TcpPair {
public:
    explicit TcpPair(host::ConnectionLimits limits = {}, host::ConnectionRecord::Facts facts = {})
        : listening_(Poco::Net::SocketAddress("127.0.0.1", 0)),
          client_(listening_.address().port()),
          server_(listening_.acceptConnection()),
          record_(std::move(facts), server_) {
        connection_.emplace(server_, record_, limits);
    }

    [[nodiscard]] TcpClient& client() noexcept { return client_; }
    [[nodiscard]] Connection& connection() noexcept { return *connection_; }
    [[nodiscard]] host::ConnectionRecord& record() noexcept { return record_; }
    [[nodiscard]] Poco::Net::StreamSocket& server() noexcept { return server_; }
    // As when the handler has returned.
    void end() { connection_.reset(); }

private:
    Poco::Net::ServerSocket listening_;
    TcpClient client_;
    Poco::Net::StreamSocket server_;
    host::ConnectionRecord record_;
    std::optional<host::StreamConnection> connection_;
};

// Two connected Unix sockets.
inline std::pair<Poco::Net::StreamSocket, Poco::Net::StreamSocket> unixPair() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        throw std::system_error(errno, std::generic_category(), "socketpair");
    }
    const auto wrap = [](int end) {
        const Poco::Net::SocketAddress nameless(Poco::Net::AddressFamily::UNIX_LOCAL, "");
        return Poco::Net::StreamSocket(std::make_unique<host::AcceptedSocketImpl>(
                                           end, host::AcceptedSocketImpl::Origin{nameless, nullptr})
                                           .release());
    };
    return {wrap(ends[0]), wrap(ends[1])};
}

}  // namespace berth::test
