// host/listen/open_socket.cpp
#include "host/listen/open_socket.h"

#include <Poco/Net/SocketAddress.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <system_error>

namespace berth::host {
namespace {

[[noreturn]] void fail(const ListenAddress& address, int error) {
    std::string advice;
    if (error == EADDRINUSE) advice = "; another process, or another service, listens there";
    if (error == EACCES) advice = "; ports below 1024 and such paths need the right to use them";
    if (error == EADDRNOTAVAIL) advice = "; no interface of this machine has that address";
    throw ListenError("cannot listen on " + toString(address) + ": " +
                      std::generic_category().message(error) + advice);
}

void setOption(const ListenAddress& address, int socket, int level, int option, int value) {
    if (::setsockopt(socket, level, option, &value, sizeof value) != 0) fail(address, errno);
}

// Accepted sockets inherit these, so that a client costs no system call for them.
void setOptions(const ListenAddress& address, int socket, const ListenOptions& options) {
    if (options.receiveBuffer.value != 0) {
        setOption(address, socket, SOL_SOCKET, SO_RCVBUF,
                  static_cast<int>(options.receiveBuffer.value));
    }
    if (options.sendBuffer.value != 0) {
        setOption(address, socket, SOL_SOCKET, SO_SNDBUF,
                  static_cast<int>(options.sendBuffer.value));
    }
    if (address.kind == ListenAddress::Kind::Unix) return;
    const int keepalive = options.keepalive ? 1 : 0;
    const int nodelay = options.nodelay ? 1 : 0;
    // One that systemd hands over may be a Unix socket, which knows neither.
    ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &keepalive, sizeof keepalive);
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &nodelay, sizeof nodelay);
}

UniqueFd newSocket(const ListenAddress& address, int family, const ListenOptions& options) {
    UniqueFd socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket) fail(address, errno);
    setOptions(address, socket.value(), options);
    return socket;
}

// True when a process accepts on the path.
bool answers(const sockaddr_un& address, socklen_t size) {
    const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    return probe &&
           (::connect(probe.value(), reinterpret_cast<const sockaddr*>(&address), size) == 0 ||
            errno == EAGAIN);
}

void removeStale(const ListenAddress& address, const sockaddr_un& raw, socklen_t size) {
    struct stat found {};
    if (::lstat(address.path.c_str(), &found) != 0) return;
    if (!S_ISSOCK(found.st_mode)) {
        throw ListenError("cannot listen on " + toString(address) +
                          ": the file is there and is no socket; remove it or choose another path");
    }
    if (answers(raw, size)) fail(address, EADDRINUSE);
    ::unlink(address.path.c_str());
}

}  // namespace

UniqueFd openTcp(const ListenAddress& address, const ListenOptions& options) {
    const Poco::Net::SocketAddress where(address.host, address.port);
    auto socket = newSocket(address, where.af(), options);
    setOption(address, socket.value(), SOL_SOCKET, SO_REUSEADDR, 1);
    // [::] is IPv6 only, so that *:PORT can stand beside it.
    if (where.af() == AF_INET6) setOption(address, socket.value(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (::bind(socket.value(), where.addr(), where.length()) != 0 ||
        ::listen(socket.value(), options.backlog) != 0) {
        fail(address, errno);
    }
    return socket;
}

UniqueFd openUnix(const ListenAddress& address, const ListenOptions& options) {
    sockaddr_un raw{};
    raw.sun_family = AF_UNIX;
    const auto& path = address.path.native();
    if (path.size() >= sizeof raw.sun_path) fail(address, ENAMETOOLONG);
    std::memcpy(raw.sun_path, path.data(), path.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);

    removeStale(address, raw, size);
    auto socket = newSocket(address, AF_UNIX, options);
    // Nobody connects before listen(), so the mode is right by the time it matters.
    if (::bind(socket.value(), reinterpret_cast<const sockaddr*>(&raw), size) != 0 ||
        ::chmod(path.c_str(), options.unixMode) != 0 ||
        ::listen(socket.value(), options.backlog) != 0) {
        fail(address, errno);
    }
    return socket;
}

UniqueFd openInherited(const ListenAddress& address, const ListenOptions& options,
                       const InheritedSockets& inherited) {
    auto socket = inherited.take(address.name);
    if (!socket) {
        std::string names;
        for (const auto& name : inherited.names()) names += (names.empty() ? "" : ", ") + name;
        throw ListenError("cannot listen on " + toString(address) +
                          ": systemd handed over no socket of that name; it handed over " +
                          (names.empty() ? "none" : names));
    }
    setOptions(address, socket->value(), options);
    return *std::move(socket);
}

void retuneSocket(const ListenAddress& address, int socket, const ListenOptions& options) {
    setOptions(address, socket, options);
    if (::listen(socket, options.backlog) != 0) fail(address, errno);
}

ListenAddress boundAddress(int socket) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    ListenAddress address;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &length) != 0) {
        throw ListenError("cannot read a listening socket's address: " +
                          std::generic_category().message(errno));
    }
    if (storage.ss_family == AF_UNIX) {
        const auto& raw = reinterpret_cast<const sockaddr_un&>(storage);
        address.kind = ListenAddress::Kind::Unix;
        address.path = std::string(raw.sun_path, ::strnlen(raw.sun_path, sizeof raw.sun_path));
        return address;
    }
    const Poco::Net::SocketAddress bound(reinterpret_cast<const sockaddr*>(&storage), length);
    address.host = bound.host().toString();
    address.port = bound.port();
    return address;
}

}  // namespace berth::host
