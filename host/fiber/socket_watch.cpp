// host/fiber/socket_watch.cpp
#include "host/fiber/socket_watch.h"

#include <poll.h>

#include <exception>

namespace berth::host {

bool SocketWatch::await(Direction direction, Loop::Clock::time_point deadline) {
    interest_ = static_cast<std::uint32_t>(direction);
    while (!ready(direction) && loop_.waitForEvent(deadline)) continue;
    interest_ = kAnyEvent;
    // The loop looks at a part of the events before its timers: this one may still lie there.
    return ready(direction) || isReady(direction);
}

bool SocketWatch::isReady(Direction direction) const noexcept {
    const auto wanted = direction == Direction::Read ? POLLIN | POLLRDHUP : POLLOUT;
    pollfd state{socket_, static_cast<short>(wanted), 0};
    return ::poll(&state, 1, 0) > 0;
}

void SocketWatch::onEvents(std::uint32_t events) noexcept {
    events_ |= events;
    if (fiber_ == nullptr) {
        try {
            fiber_ = &loop_.make(task_);
        } catch (const std::exception&) {
            return task_.abandon();
        }
    }
    if ((events & interest_) != 0) loop_.wake(*fiber_);
}

}  // namespace berth::host
