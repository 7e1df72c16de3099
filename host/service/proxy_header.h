// host/service/proxy_header.h - the PROXY protocol, versions 1 and 2: who the client behind a proxy
// is.
#pragma once

#include <Poco/Net/SocketAddress.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace berth::host {

// The protocol's text asks receivers to wait at least this long for the whole header.
inline constexpr std::chrono::milliseconds kProxyHeaderTime{5000};

struct ProxyHeader {
    std::optional<Poco::Net::SocketAddress> source;  // nothing: use the real peer (LOCAL, UNKNOWN)
    std::size_t length = 0;                          // bytes of the header; 0: more are needed
    std::string error;                               // why it is no header; empty when it is one
};

// Looks at the first bytes of a connection.
[[nodiscard]] ProxyHeader parseProxyHeader(std::span<const std::byte> bytes);

// Takes exactly the header off the socket, byte-exact, and leaves what follows.
// Waits at most `limit` for all of it.
[[nodiscard]] ProxyHeader readProxyHeader(int socket, std::chrono::milliseconds limit);

}  // namespace berth::host
