// host/fiber/socket_watch.cpp
#include "host/fiber/socket_watch.h"

#include <exception>

namespace berth::host {

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
