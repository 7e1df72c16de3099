// host/fiber/socket_watch.cpp
#include "host/fiber/socket_watch.h"

#include <exception>

namespace berth::host {

bool SocketWatch::await(Direction direction, Loop::Clock::time_point deadline) {
    interest_ = static_cast<std::uint32_t>(direction);
    while (!ready(direction) && loop_.waitForEvent(deadline)) continue;
    interest_ = kAnyEvent;
    return ready(direction);
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
