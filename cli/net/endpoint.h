// cli/net/endpoint.h - where a service or a control port is, as the user writes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace berth::cli {

// `HOST:PORT`, `[::1]:PORT`, `PORT` (of 127.0.0.1), `unix:PATH` or `unix:@NAME` (an abstract
// socket). A port may be a name from services(5). An address that means "all interfaces" is reached
// through the loopback.
struct Endpoint {
    enum class Kind { Tcp, Unix };

    Kind kind = Kind::Tcp;
    std::string host;  // a name or a numeric address without brackets
    std::uint16_t port = 0;
    std::string path;  // of a Unix socket; `@NAME` of an abstract one

    bool operator==(const Endpoint&) const = default;
};

// Throws: Failure with ExitCode::Usage.
[[nodiscard]] Endpoint parseEndpoint(std::string_view text);

// Such as "127.0.0.1:7002", "[::1]:7002", "unix:/run/x.sock".
[[nodiscard]] std::string toString(const Endpoint& endpoint);

}  // namespace berth::cli
