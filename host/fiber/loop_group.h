// host/fiber/loop_group.h - the loops of a host, and the helper threads that they share.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "berth/detail/mutex.h"
#include "host/fiber/helper_threads.h"
#include "host/fiber/loop.h"

namespace berth::host {

// Costs nothing until the first service on fibers.
// Threads: any. Lifetime: outlives every client on its loops.
class LoopGroup {
public:
    using Loops = std::vector<std::unique_ptr<Loop>>;

    // `count` 0: one for each processor.
    LoopGroup(std::size_t count, std::size_t stackSize);

    // Throws: std::system_error when a loop cannot be started; a later call tries again.
    void start();
    // The loop with the fewest clients among those that turn; when none does, among all.
    // Requires: start() returned. Unchecked: the loops never change after that, and no client is to
    // wait for a lock here.
    [[nodiscard]] Loop& next() noexcept BERTH_UNCHECKED;
    // Clients that have not begun on this loop, which does not turn, go on to others. How many.
    std::size_t relieve(Loop& loop) noexcept;

    // The loops once start() returned; none before.
    [[nodiscard]] std::span<const std::unique_ptr<Loop>> loops() const;

    // The helper threads of one service, and those that all services have.
    [[nodiscard]] std::shared_ptr<HelperShare> share(const std::string& service) {
        return helpers_.share(service, kMostOfService);
    }
    [[nodiscard]] HelperThreads& helpers() noexcept { return helpers_; }

private:
    static constexpr std::size_t kMostOfService = 128;
    static constexpr std::size_t kMostOwn = 32;

    const std::size_t count_;
    const std::size_t stackSize_;
    mutable detail::Mutex mutex_;
    Loops loops_ BERTH_GUARDED_BY(mutex_);  // never changed once start() returned
    HelperThreads helpers_;                 // after the loops: no job is left when these end
    HelperThreads ownHelpers_;
    const std::shared_ptr<HelperShare> own_ = ownHelpers_.share("the host", kMostOwn);
};

}  // namespace berth::host
