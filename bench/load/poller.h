// bench/load/poller.h - an epoll(7) instance that reports clients by their number.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <span>

#include "bench/load/descriptor.h"

namespace berth::bench {

// Threads: one.
class Poller {
public:
    // Throws: std::system_error when the kernel gives no instance.
    Poller();

    // Watches a socket edge-triggered until it is closed. `client` comes back in data.u64.
    // Throws: std::system_error.
    void add(int socket, std::size_t client);
    // Waits for events, at most `limit` (rounded up to milliseconds). The span is valid until
    // the next call.
    [[nodiscard]] std::span<const epoll_event> wait(std::chrono::nanoseconds limit);

private:
    Descriptor epoll_;
    std::array<epoll_event, 256> events_{};
};

}  // namespace berth::bench
