// tests/support/socket_pair.h - both ends of a real connection, one of them in a
// StreamConnection.
#pragma once

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <optional>
#include <utility>

#include "host/engine/stream_connection.h"
#include "support/bytes.h"
#include "support/tcp_client.h"

namespace berth::test {

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
    // As when the handler has returned.
    void end() { connection_.reset(); }

private:
    Poco::Net::ServerSocket listening_;
    TcpClient client_;
    Poco::Net::StreamSocket server_;
    host::ConnectionRecord record_;
    std::optional<host::StreamConnection> connection_;
};

}  // namespace berth::test
