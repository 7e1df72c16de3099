// bench/load/poller.cpp - waits for the sockets of a load run.
#include "bench/load/poller.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace berth::bench {

Poller::Poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (!epoll_.valid()) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

void Poller::add(int socket, std::size_t client) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.u64 = client;
    if (::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, socket, &event) != 0) {
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
    }
}

std::span<const epoll_event> Poller::wait(std::chrono::nanoseconds limit) {
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(limit).count();
    const int timeout = static_cast<int>(std::clamp<std::int64_t>(milliseconds, 0, 1000));
    const int count =
        ::epoll_wait(epoll_.number(), events_.data(), static_cast<int>(events_.size()), timeout);
    if (count < 0 && errno != EINTR) {
        throw std::system_error(errno, std::generic_category(), "epoll_wait");
    }
    return std::span(events_).first(static_cast<std::size_t>(std::max(count, 0)));
}

}  // namespace berth::bench
