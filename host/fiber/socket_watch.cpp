// host/fiber/socket_watch.cpp
#include "host/fiber/socket_watch.h"

#include <poll.h>

#include <exception>

namespace berth::host {

bool SocketWatch::isReady(Direction direction) const noexcept {
    const auto wanted = direction == Direction::Read ? POLLIN | POLLRDHUP : POLLOUT;
    pollfd state{socket_, static_cast<short>(wanted), 0};
    return ::poll(&state, 1, 0) > 0;
}

void SocketWatch::onEvents(std::uint32_t events) noexcept {
    events_ |= events;
    if (fiber() == nullptr) {
        try {
            setFiber(loop_.make(task_));
        } catch (const std::exception&) {
            return task_.abandon();
        }
    }
    if ((events & interest_) != 0) loop_.wake(wakes());
}

}  // namespace berth::host
