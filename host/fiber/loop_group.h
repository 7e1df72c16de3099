// host/fiber/loop_group.h - the loops of a host, and the helper threads that they share.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "host/fiber/helper_threads.h"
#include "host/fiber/loop.h"

namespace berth::host {

// Costs nothing until the first service on fibers.
// Threads: any. Lifetime: outlives every client on its loops.
class LoopGroup {
public:
    // `count` 0: one for each processor.
    LoopGroup(std::size_t count, std::size_t stackSize);

    // Throws: std::system_error when a loop cannot be started; a later call tries again.
    void start();
    // The loop with the fewest clients. Requires: start() returned.
    [[nodiscard]] Loop& next() noexcept;

private:
    static constexpr std::size_t kMostHelpers = 128;

    const std::size_t count_;
    const std::size_t stackSize_;
    std::mutex mutex_;  // guards loops_ until start() returned, which never change afterwards
    std::vector<std::unique_ptr<Loop>> loops_;
    HelperThreads helpers_{kMostHelpers};  // last: no job is left when the loops end
};

}  // namespace berth::host
