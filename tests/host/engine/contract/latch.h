// tests/host/engine/contract/latch.h - handlers wait at it until the test, or another handler,
// opens it.
#pragma once

#include <condition_variable>
#include <mutex>

#include "host/fiber/off_loop.h"
#include "support/wait_until.h"

namespace berth::test {

// Threads: any.
class Latch {
public:
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    // Within a handler: holds up no loop. False when nobody opened it in time.
    [[nodiscard]] bool pass() {
        return host::offLoop([this] { return await(); });
    }
    // False when nobody opened it in time.
    [[nodiscard]] bool await() {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kPatience, [this] { return open_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
};

}  // namespace berth::test
