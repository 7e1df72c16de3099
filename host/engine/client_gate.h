// host/engine/client_gate.h - counts the clients of a fiber engine, and waits for the last one.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <utility>

namespace berth::host {

// Threads: any.
class ClientGate {
public:
    explicit ClientGate(std::string service) : service_(std::move(service)) {}

    [[nodiscard]] const std::string& service() const noexcept { return service_; }
    void enter() {
        const std::lock_guard lock(mutex_);
        ++inside_;
    }
    void leave() noexcept {
        const std::lock_guard lock(mutex_);
        // Under the lock: who waits for the last one destroys this object next.
        if (--inside_ == 0) empty_.notify_all();
    }
    [[nodiscard]] bool empty() const {
        const std::lock_guard lock(mutex_);
        return inside_ == 0;
    }
    void waitEmpty() const {
        std::unique_lock lock(mutex_);
        empty_.wait(lock, [this] { return inside_ == 0; });
    }

private:
    const std::string service_;
    mutable std::mutex mutex_;
    mutable std::condition_variable empty_;
    std::size_t inside_ = 0;
};

}  // namespace berth::host
