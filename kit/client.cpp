// kit/client.cpp
#include "kit/client.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace berth::kit {
namespace {

constexpr std::size_t kBuffer = std::size_t{64} * 1024;

int leftUntil(Client::Clock::time_point deadline) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - Client::Clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(left, 0));
}

// What of `events` is ready; 0 at the deadline.
int ready(int socket, short events, Client::Clock::time_point deadline) {
    pollfd poll{socket, events, 0};
    while (::poll(&poll, 1, leftUntil(deadline)) < 0 && errno == EINTR) continue;
    return poll.revents;
}

}  // namespace

Client::Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* const any = reinterpret_cast<const sockaddr*>(&address);
    if (!socket_ || ::connect(socket_.value(), any, sizeof address) != 0) {
        throw std::system_error(errno, std::generic_category(), "a client cannot connect");
    }
}

bool Client::send(std::string_view bytes, std::chrono::milliseconds limit) {
    return push(bytes, limit, false);
}

bool Client::sendDeaf(std::string_view bytes, std::chrono::milliseconds limit) {
    return push(bytes, limit, true);
}

bool Client::push(std::string_view bytes, std::chrono::milliseconds limit, bool deaf) {
    const auto deadline = Clock::now() + limit;
    while (!bytes.empty()) {
        const auto wanted = static_cast<short>(deaf || ended_ ? POLLOUT : POLLOUT | POLLIN);
        const int events = ready(socket_.value(), wanted, deadline);
        if (events == 0 || (events & POLLERR) != 0) return false;
        if ((events & POLLIN) != 0) ended_ = !takeInput();
        if ((events & POLLOUT) == 0) continue;
        const auto count =
            ::send(socket_.value(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno != EAGAIN && errno != EINTR) return false;
        if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

void Client::finishSending() noexcept {
    ::shutdown(socket_.value(), SHUT_WR);
}

void Client::listen(std::chrono::milliseconds time) {
    const auto deadline = Clock::now() + time;
    while (!ended_ && ready(socket_.value(), POLLIN, deadline) != 0) ended_ = !takeInput();
}

bool Client::hears(std::chrono::milliseconds limit) {
    if (!ended_ && ready(socket_.value(), POLLIN, Clock::now() + limit) == 0) return false;
    ended_ = ended_ || !takeInput();
    return true;
}

void Client::reset() noexcept {
    const linger none{1, 0};
    ::setsockopt(socket_.value(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
    socket_.reset();
}

bool Client::takeInput() noexcept {
    std::array<char, kBuffer> buffer;
    const auto count = ::recv(socket_.value(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
}

}  // namespace berth::kit
