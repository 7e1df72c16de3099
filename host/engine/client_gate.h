// host/engine/client_gate.h - counts the clients of a fiber engine, and waits for the last one.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <utility>

#include "berth/detail/mutex.h"
#include "host/fiber/helper_threads.h"

namespace berth::host {

// Threads: any.
class ClientGate {
public:
    explicit ClientGate(std::shared_ptr<HelperShare> helpers) : helpers_(std::move(helpers)) {}

    // That its clients share.
    [[nodiscard]] const std::shared_ptr<HelperShare>& helpers() const noexcept { return helpers_; }
    void enter() {
        const detail::Lock lock(mutex_);
        ++inside_;
    }
    void leave() noexcept {
        const detail::Lock lock(mutex_);
        // Under the lock: who waits for the last one destroys this object next.
        if (--inside_ == 0) empty_.notify_all();
    }
    [[nodiscard]] bool empty() const {
        const detail::Lock lock(mutex_);
        return inside_ == 0;
    }
    void waitEmpty() const {
        detail::UniqueLock lock(mutex_);
        empty_.wait(lock.native(), [this]() BERTH_REQUIRES(mutex_) { return inside_ == 0; });
    }

private:
    const std::shared_ptr<HelperShare> helpers_;
    mutable detail::Mutex mutex_;
    mutable std::condition_variable empty_;
    std::size_t inside_ BERTH_GUARDED_BY(mutex_) = 0;
};

}  // namespace berth::host
