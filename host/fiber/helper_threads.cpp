// host/fiber/helper_threads.cpp
#include "host/fiber/helper_threads.h"

#include <pthread.h>

#include <exception>
#include <utility>

namespace berth::host {

HelperThreads::~HelperThreads() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
}

void HelperThreads::submit(HelperJob& job) noexcept {
    {
        const std::lock_guard lock(mutex_);
        if (ensureThread()) {
            (last_ == nullptr ? first_ : last_->next) = &job;
            last_ = &job;
            ++queued_;
            changed_.notify_one();
            return;
        }
    }
    job.run();
}

bool HelperThreads::ensureThread() noexcept {
    if (queued_ < idle_ || threads_.size() >= most_) return true;
    try {
        threads_.emplace_back([this] { serve(); });
        return true;
    } catch (const std::exception&) {
        return !threads_.empty();
    }
}

void HelperThreads::serve() {
    ::pthread_setname_np(::pthread_self(), "helper");
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_;
        changed_.wait(lock, [this] { return first_ != nullptr || ending_; });
        --idle_;
        if (first_ == nullptr) return;
        auto& job = *std::exchange(first_, first_->next);
        if (first_ == nullptr) last_ = nullptr;
        --queued_;
        lock.unlock();
        job.run();
        lock.lock();
    }
}

}  // namespace berth::host
