// tests/inject/sockets.cpp - calls about sockets, and what waits for them.
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "inject/wrap.h"

BERTH_WRAP(int, socket, (int family, int type, int protocol), (family, type, protocol))
BERTH_WRAP(int, socketpair, (int family, int type, int protocol, int* ends),
           (family, type, protocol, ends))
BERTH_WRAP(int, bind, (int socket, const sockaddr* name, socklen_t length), (socket, name, length))
BERTH_WRAP(int, listen, (int socket, int backlog), (socket, backlog))
BERTH_WRAP(int, connect, (int socket, const sockaddr* name, socklen_t length),
           (socket, name, length))
BERTH_WRAP(int, accept, (int socket, sockaddr* name, socklen_t* length), (socket, name, length))
BERTH_WRAP(int, accept4, (int socket, sockaddr* name, socklen_t* length, int flags),
           (socket, name, length, flags))
BERTH_WRAP(int, shutdown, (int socket, int how), (socket, how))
BERTH_WRAP(int, setsockopt, (int socket, int level, int name, const void* value, socklen_t size),
           (socket, level, name, value, size))
BERTH_WRAP(int, getsockopt, (int socket, int level, int name, void* value, socklen_t* size),
           (socket, level, name, value, size))
BERTH_WRAP(int, getsockname, (int socket, sockaddr* name, socklen_t* length),
           (socket, name, length))
BERTH_WRAP(int, getpeername, (int socket, sockaddr* name, socklen_t* length),
           (socket, name, length))

BERTH_WRAP_MOVING("recv", recv, (int socket, void* bytes, std::size_t size, int flags),
                  (socket, bytes, size, flags), socket, size, (flags & MSG_DONTWAIT) != 0)
BERTH_WRAP_MOVING("send", send, (int socket, const void* bytes, std::size_t size, int flags),
                  (socket, bytes, size, flags), socket, size, (flags & MSG_DONTWAIT) != 0)
BERTH_WRAP_MOVING("recvfrom", recvfrom,
                  (int socket, void* bytes, std::size_t size, int flags, sockaddr* name,
                   socklen_t* length),
                  (socket, bytes, size, flags, name, length), socket, size,
                  (flags & MSG_DONTWAIT) != 0)
BERTH_WRAP_MOVING("sendto", sendto,
                  (int socket, const void* bytes, std::size_t size, int flags, const sockaddr* name,
                   socklen_t length),
                  (socket, bytes, size, flags, name, length), socket, size,
                  (flags & MSG_DONTWAIT) != 0)
BERTH_WRAP_AS("recvmsg", ssize_t, recvmsg, (int socket, msghdr* message, int flags),
              (socket, message, flags), socket)
BERTH_WRAP_AS("sendmsg", ssize_t, sendmsg, (int socket, const msghdr* message, int flags),
              (socket, message, flags), socket)

BERTH_WRAP(int, poll, (pollfd * watched, nfds_t count, int limit), (watched, count, limit))
BERTH_WRAP(int, epoll_create, (int size), (size))
BERTH_WRAP(int, epoll_create1, (int flags), (flags))
BERTH_WRAP(int, epoll_wait, (int queue, epoll_event* events, int most, int limit),
           (queue, events, most, limit))
BERTH_WRAP(int, eventfd, (unsigned value, int flags), (value, flags))
BERTH_WRAP(int, pipe, (int* ends), (ends))
BERTH_WRAP(int, pipe2, (int* ends, int flags), (ends, flags))
BERTH_WRAP(int, inotify_init1, (int flags), (flags))
BERTH_WRAP(int, inotify_add_watch, (int queue, const char* path, std::uint32_t mask),
           (queue, path, mask))
BERTH_WRAP(int, inotify_rm_watch, (int queue, int watch), (queue, watch))

// --- readiness ---

namespace {

using Control = int (*)(int, int, int, epoll_event*);

// Who waits for what, by descriptor.
struct Interest {
    int queue = -1;
    epoll_event event{};
};
constexpr std::size_t kDescriptors = 4096;
std::array<Interest, kDescriptors> interests;

Control control() noexcept {
    static const auto real = berth::inject::next<Control>("epoll_ctl");
    return real;
}

}  // namespace

BERTH_DECLARE(int, "epoll_ctl", inject_epoll_ctl,
              (int queue, int operation, int descriptor, epoll_event* event)) {
    const char* const name = operation == EPOLL_CTL_ADD ? "epoll_ctl:ADD" : "epoll_ctl";
    if (berth::inject::verdict(name) == berth::inject::Verdict::Fail) return -1;
    const auto index = static_cast<std::size_t>(descriptor);
    if (index < kDescriptors) {
        interests[index] = event != nullptr ? Interest{queue, *event} : Interest{};
    }
    return control()(queue, operation, descriptor, event);
}

void berth::inject::becomesReady(int descriptor) noexcept {
    const auto index = static_cast<std::size_t>(descriptor);
    if (index >= kDescriptors || interests[index].queue < 0) return;
    auto [queue, event] = interests[index];
    control()(queue, EPOLL_CTL_MOD, descriptor, &event);
    errno = EAGAIN;
}
