// bench/load/target.cpp - resolves and connects to the service under load.
#include "bench/load/target.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "berth/detail/unix_name.h"

namespace berth::bench {
namespace {

constexpr std::string_view kUnixPrefix = "unix:";

// Binding without a port leaves the port to connect(), which may then reuse one that is in use
// towards another destination.
bool bindSource(int socket, std::size_t source) {
    const int on = 1;
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + static_cast<std::uint32_t>(source));
    return ::setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) == 0 &&
           ::bind(socket, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0;
}

}  // namespace

Target::Target(const std::string& text) {
    if (text.starts_with(kUnixPrefix)) {
        usePath(text.substr(kUnixPrefix.size()));
        return;
    }
    const auto colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == text.size()) {
        throw std::invalid_argument("'" + text + "' is no HOST:PORT, [V6]:PORT or unix:PATH");
    }
    auto host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    resolve(host, text.substr(colon + 1));
}

void Target::resolve(const std::string& host, const std::string& port) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0) {
        throw std::runtime_error("cannot resolve " + host + ":" + port + ": " +
                                 ::gai_strerror(error));
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    std::memcpy(&address_, found->ai_addr, found->ai_addrlen);
    length_ = found->ai_addrlen;
}

void Target::usePath(const std::string& path) {
    const auto name = detail::parseUnixName(path);
    if (!name) {
        throw std::invalid_argument("a socket path has 1 to 107 bytes, this one " +
                                    std::to_string(path.size()));
    }
    std::memcpy(&address_, name->raw(), name->length);
    length_ = name->length;
}

std::optional<Descriptor> Target::connect(std::size_t source) const {
    Descriptor socket(::socket(address_.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.valid()) return std::nullopt;
    if (address_.ss_family != AF_UNIX) {
        const int on = 1;
        ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    if (source != 0 && !bindSource(socket.number(), source)) return std::nullopt;
    const auto* address = reinterpret_cast<const sockaddr*>(&address_);
    if (::connect(socket.number(), address, length_) != 0 && errno != EINPROGRESS) {
        return std::nullopt;
    }
    return socket;
}

bool Target::isLoopback4() const noexcept {
    if (address_.ss_family != AF_INET) return false;
    const auto& address = reinterpret_cast<const sockaddr_in&>(address_);
    return (ntohl(address.sin_addr.s_addr) >> 24) == 127;
}

}  // namespace berth::bench
