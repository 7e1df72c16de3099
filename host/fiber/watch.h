// host/fiber/watch.h - what an event of a loop is for.
#pragma once

#include <cstdint>

namespace berth::host {

class Fiber;

// Registered with a Loop for one descriptor.
class Watch {
public:
    Watch() = default;
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    // On the loop's thread, not within a fiber. `events` are those of epoll(7).
    virtual void onEvents(std::uint32_t events) noexcept = 0;

    // Whom the events wake; null when there is none yet. The loop fetches its stack beforehand.
    [[nodiscard]] const Fiber* fiber() const noexcept { return fiber_; }

protected:
    void setFiber(Fiber& fiber) noexcept { fiber_ = &fiber; }
    [[nodiscard]] Fiber& wakes() const noexcept { return *fiber_; }
    ~Watch() = default;

private:
    Fiber* fiber_ = nullptr;
};

}  // namespace berth::host
