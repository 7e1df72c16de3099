// host/fiber/socket_watch.h - what epoll said of one socket, and waiting until it says more.
#pragma once

#include <sys/epoll.h>

#include <chrono>
#include <cstdint>

#include "host/fiber/loop.h"

namespace berth::host {

// Edge-triggered: what was said once stands until the socket was found exhausted.
//
// Threads: the loop's; but for begin() and nudge().
class SocketWatch final : public Watch {
public:
    enum class Direction : std::uint32_t {
        Read = EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR,
        Write = EPOLLOUT | EPOLLHUP | EPOLLERR
    };

    // Borrows all three. The first event starts the client in a fiber of the loop.
    SocketWatch(Loop& loop, int socket, Arrival& client) noexcept
        : loop_(loop), client_(client), socket_(socket) {}

    // Registers the socket; the first event comes at once. Throws: std::system_error.
    void begin() { loop_.expect(socket_, *this, client_); }
    // After the loop had no stack for the client.
    void beginAgain() noexcept {
        if (makeFiber()) loop_.wake(wakes());
    }
    // Takes it from the loop, by another thread, before the client began.
    void leave() noexcept { loop_.forget(socket_); }
    // Takes it from the loop. Call it before the socket is closed.
    void end() noexcept { loop_.unwatch(socket_, *this); }
    // Makes a fiber that waits look again.
    void nudge() noexcept { loop_.rearm(socket_, *this); }
    // No events while another thread reads the socket; nudge() ends it.
    void mute() noexcept { loop_.mute(socket_, *this); }

    [[nodiscard]] Loop& loop() const noexcept { return loop_; }
    [[nodiscard]] int socket() const noexcept { return socket_; }

    // --- within the fiber ---
    // Whether a call in that direction may succeed.
    [[nodiscard]] bool ready(Direction direction) const noexcept {
        return (events_ & static_cast<std::uint32_t>(direction)) != 0;
    }
    // A call in that direction would have blocked.
    void blocked(Direction direction) noexcept {
        events_ &= ~static_cast<std::uint32_t>(direction);
    }
    // A call read or wrote less than it could have: the next one would block. Yet an end of input
    // that came with the last bytes gives no second edge, and urgent data ends a read early.
    void drained() noexcept {
        if ((events_ & EPOLLPRI) == 0) events_ &= ~std::uint32_t{EPOLLIN};
    }
    void filled() noexcept { events_ &= ~std::uint32_t{EPOLLOUT}; }
    // Waits until a call in that direction may succeed. False when `deadline` came first.
    [[nodiscard]] bool await(Direction direction, Loop::Clock::time_point deadline);

    void onEvents(std::uint32_t events) noexcept override;

private:
    // False when the client does not begin here, or not yet.
    [[nodiscard]] bool makeFiber() noexcept;
    // What the kernel says now.
    [[nodiscard]] bool isReady(Direction direction) const noexcept;

    static constexpr std::uint32_t kAnyEvent = ~std::uint32_t{0};

    Loop& loop_;
    Arrival& client_;
    const int socket_;
    std::uint32_t events_ = 0;
    std::uint32_t interest_ = kAnyEvent;  // which events wake the fiber
};

inline bool SocketWatch::await(Direction direction, Loop::Clock::time_point deadline) {
    interest_ = static_cast<std::uint32_t>(direction);
    while (!ready(direction) && loop_.waitForEvent(deadline)) continue;
    interest_ = kAnyEvent;
    // The loop looks at a part of the events before its timers: this one may still lie there.
    return ready(direction) || isReady(direction);
}

}  // namespace berth::host
