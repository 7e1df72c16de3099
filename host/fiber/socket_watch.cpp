// host/fiber/socket_watch.cpp
#include "host/fiber/socket_watch.h"

#include <poll.h>

namespace berth::host {

bool SocketWatch::isReady(Direction direction) const noexcept {
    const auto wanted = direction == Direction::Read ? POLLIN | POLLRDHUP : POLLOUT;
    pollfd state{socket_, static_cast<short>(wanted), 0};
    return ::poll(&state, 1, 0) > 0;
}

void SocketWatch::onEvents(std::uint32_t events) noexcept {
    events_ |= events;
    if (fiber() == nullptr && !makeFiber()) return;
    if ((events & interest_) != 0) loop_.wake(wakes());
}

bool SocketWatch::makeFiber() noexcept {
    auto* const made = loop_.begin(client_);
    if (made != nullptr) setFiber(*made);
    return made != nullptr;
}

}  // namespace berth::host
