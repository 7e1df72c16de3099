// bench/reference/listener.h - a socket that listens on loopback, and tells where.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace berth::bench {

[[noreturn]] inline void die(const char* what) {
    std::perror(what);
    std::exit(69);
}

// Port 0 takes a free one. The port is printed. `flags`: more of socket(2).
inline int listenOn(std::uint16_t port, int flags = 0) {
    constexpr int kBacklog = 4096;
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    const int on = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener, kBacklog) != 0) {
        die("listen");
    }
    socklen_t length = sizeof address;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
    std::printf("listening %d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    return listener;
}

}  // namespace berth::bench
