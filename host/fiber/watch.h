// host/fiber/watch.h - what an event of a loop is for.
#pragma once

#include <cstdint>

namespace berth::host {

// Registered with a Loop for one descriptor.
class Watch {
public:
    Watch() = default;
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    // On the loop's thread, not within a fiber. `events` are those of epoll(7).
    virtual void onEvents(std::uint32_t events) noexcept = 0;

protected:
    ~Watch() = default;
};

}  // namespace berth::host
