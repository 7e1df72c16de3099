// host/listen/open_socket.cpp
#include "host/listen/open_socket.h"

#include <Poco/Net/SocketAddress.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

#include "berth/detail/unix_name.h"
#include "host/listen/socket_file.h"
#include "host/listen/socket_name.h"

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
    // One that systemd hands over may be a Unix socket, which knows no TCP.
    setOption(address, socket, SOL_SOCKET, SO_KEEPALIVE, keepalive);
    if (::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &nodelay, sizeof nodelay) != 0 &&
        errno != EOPNOTSUPP && errno != ENOPROTOOPT) {
        fail(address, errno);
    }
}

UniqueFd newSocket(const ListenAddress& address, int family, const ListenOptions& options) {
    auto socket = openedBy([&] { return ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0); });
    if (!socket) fail(address, errno);
    setOptions(address, socket.value(), options);
    return socket;
}

void bindAndListen(const ListenAddress& address, int socket, const sockaddr* name, socklen_t length,
                   int backlog) {
    if (::bind(socket, name, length) != 0 || ::listen(socket, backlog) != 0) fail(address, errno);
}

}  // namespace

UniqueFd openTcp(const ListenAddress& address, const ListenOptions& options, PortUse use) {
    const Poco::Net::SocketAddress where(address.host, address.port);
    auto socket = newSocket(address, where.af(), options);
    setOption(address, socket.value(), SOL_SOCKET, SO_REUSEADDR, 1);
    // [::] is IPv6 only, so that *:PORT can stand beside it.
    if (where.af() == AF_INET6) setOption(address, socket.value(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
    // The kernel asks again at listen(). Later others of this user are not to share the port.
    const bool shared = use == PortUse::Shared;
    if (shared) setOption(address, socket.value(), SOL_SOCKET, SO_REUSEPORT, 1);
    bindAndListen(address, socket.value(), where.addr(), where.length(), options.backlog);
    if (shared) setOption(address, socket.value(), SOL_SOCKET, SO_REUSEPORT, 0);
    return socket;
}

UniqueFd openUnix(const ListenAddress& address, const ListenOptions& options) {
    const auto name = detail::parseUnixName(address.path.native());
    if (!name) fail(address, ENAMETOOLONG);
    auto socket = newSocket(address, AF_UNIX, options);
    if (!address.hasFile()) {
        bindAndListen(address, socket.value(), name->raw(), name->length, options.backlog);
        return socket;
    }
    const FolderLock lock(address.path.parent_path());
    clearWay(address, *name, options.socketOwner, lock);
    if (::bind(socket.value(), name->raw(), name->length) != 0) fail(address, errno);
    try {
        // Nobody connects before listen(), so the mode is right by the time it matters.
        SocketFile file(address.path);
        file.grant(options.socketMode, options.socketOwner);
        if (::listen(socket.value(), options.backlog) != 0) fail(address, errno);
        file.leave();
        return socket;
    } catch (const std::system_error& error) {
        ::unlink(address.path.c_str());  // the lock is held: it is still the one of this bind()
        throw ListenError("cannot listen on " + toString(address) + ": " + error.what());
    }
}

UniqueFd openInherited(const ListenAddress& address, const ListenOptions& options,
                       const InheritedSockets& inherited) {
    auto socket = inherited.take(address.name);
    if (!socket) {
        throw ListenError("cannot listen on " + toString(address) +
                          ": systemd handed over no socket of that name; it handed over " +
                          inherited.describe());
    }
    if (const auto why = InheritedSockets::whyUnusable(socket->value()); !why.empty()) {
        throw ListenError("cannot listen on " + toString(address) +
                          ": of what systemd handed over, " + why);
    }
    setOptions(address, socket->value(), options);
    return *std::move(socket);
}

void retuneSocket(const ListenAddress& address, int socket, const ListenOptions& options) {
    setOptions(address, socket, options);
    if (::listen(socket, options.backlog) != 0) fail(address, errno);
}

ListenAddress boundAddress(int socket) {
    const auto name = SocketName::ofLocal(socket);
    if (name.isUnix()) return {.kind = ListenAddress::Kind::Unix, .path = name.unixName()};
    const auto bound = name.ip();
    return {.host = bound.host().toString(), .port = bound.port()};
}

}  // namespace berth::host
