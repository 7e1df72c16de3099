// host/listen/service_notification.cpp
#include "host/listen/service_notification.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>

#include "berth/detail/unix_name.h"
#include "host/base/unique_fd.h"

namespace berth::host {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPatience{1000};

bool sendInTime(int socket, std::string_view lines) noexcept {
    const auto deadline = Clock::now() + kPatience;
    for (;;) {
        if (::send(socket, lines.data(), lines.size(), MSG_NOSIGNAL) >= 0) return true;
        if (errno != EINTR && errno != EAGAIN) return false;
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd room{.fd = socket, .events = POLLOUT, .revents = 0};
        if (left <= 0) return false;
        const auto ready = ::poll(&room, 1, static_cast<int>(left));
        if (ready == 0 || (ready < 0 && errno != EINTR)) return false;
    }
}

}  // namespace

bool notifyServiceManager(std::string_view lines) noexcept {
    const char* path = std::getenv("NOTIFY_SOCKET");
    if (path == nullptr || (path[0] != '/' && path[0] != '@')) return false;
    const auto name = detail::parseUnixName(path);
    if (!name) return false;

    // Connected, since poll(2) then tells whether the other end has room.
    const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    return socket && ::connect(socket.value(), name->raw(), name->length) == 0 &&
           sendInTime(socket.value(), lines);
}

}  // namespace berth::host
