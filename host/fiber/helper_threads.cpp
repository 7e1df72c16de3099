// host/fiber/helper_threads.cpp
#include "host/fiber/helper_threads.h"

#include <pthread.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "berth/detail/require.h"

namespace berth::host {

using Clock = std::chrono::steady_clock;

void HelperQueue::push(HelperJob& job) noexcept {
    job.next = nullptr;
    (last_ == nullptr ? first_ : last_->next) = &job;
    last_ = &job;
    ++size_;
}

HelperJob* HelperQueue::pop() noexcept {
    if (first_ == nullptr) return nullptr;
    auto* const job = std::exchange(first_, first_->next);
    if (first_ == nullptr) last_ = nullptr;
    --size_;
    return job;
}

HelperThreads::~HelperThreads() {
    detail::UniqueLock lock(mutex_);
    BERTH_REQUIRE(ready_.empty());
    idle_.endAll();
    // A thread that ends moves from one list to the other.
    changed_.wait(lock.native(), [this]() BERTH_REQUIRES(mutex_) { return threads_.empty(); });
    const Threads ended = std::move(ended_);
    lock.unlock();
}

std::shared_ptr<HelperShare> HelperThreads::share(std::string name, std::size_t most) {
    auto share = std::make_shared<HelperShare>(*this, std::move(name), most);
    const detail::Lock lock(mutex_);
    std::erase_if(shares_, [](const auto& known) { return known.expired(); });
    shares_.push_back(share);
    return share;
}

void HelperThreads::submit(HelperJob& job, const std::shared_ptr<HelperShare>& share) noexcept {
    {
        const detail::Lock lock(mutex_);
        job.share = share;
        job.asked = Clock::now();
        auto& load = loadOf(*share);
        if (load.admitted >= share->most_) return load.waiting.push(job);
        // No thread, and none to be had: the one that asks has to do it.
        ready_.push(job);
        ++load.admitted;
        startMissing();
        if (!threads_.empty()) return;
        static_cast<void>(ready_.pop());
        --load.admitted;
    }
    job.run(nullptr);
}

void HelperThreads::startOne() {
    const detail::Lock lock(mutex_);
    start();
    ++coming_;
}

void HelperThreads::catchUp() noexcept {
    const detail::Lock lock(mutex_);
    startMissing();
}

void HelperThreads::start() {
    const auto own = threads_.emplace(threads_.end());
    try {
        auto self = std::make_shared<HelperThread>();
        *own = std::jthread([this, own, self = std::move(self)] { serve(own, self); });
    } catch (...) {
        threads_.erase(own);
        throw;
    }
}

void HelperThreads::startMissing() noexcept {
    try {
        for (; ready_.size() > coming_; ++coming_) {
            if (!idle_.callOne()) start();
        }
        lacksThreads_ = false;
    } catch (const std::exception&) {
        lacksThreads_ = true;  // those there are go on; catchUp() tries again
    }
}

void HelperThreads::serve(Threads::iterator own, const HelperThreadPtr& self) {
    ::pthread_setname_np(::pthread_self(), "helper");
    detail::UniqueLock lock(mutex_);
    do {
        --coming_;
        while (!ready_.empty()) runNext(self);
    } while (rest(lock, self));
    const Threads before = std::exchange(ended_, {});  // joined after the lock
    ended_.splice(ended_.end(), threads_, own);
    changed_.notify_all();
    lock.unlock();
}

void HelperThreads::runNext(const HelperThreadPtr& self) {
    auto* const job = ready_.pop();
    const auto share = std::move(job->share);
    {
        const detail::Unlock unlocked(mutex_);
        job->run(self);
    }
    auto& load = loadOf(*share);
    if (auto* const next = load.waiting.pop()) {
        ready_.push(*next);  // in the place of the one that ended
    } else {
        --load.admitted;
    }
}

bool HelperThreads::rest(detail::UniqueLock& lock, const HelperThreadPtr& self) {
    // Only this thread's jobs make copies, so their number falls while it rests.
    const auto needed = [&]() BERTH_REQUIRES(mutex_) {
        return threads_.size() == 1 || self->stays || self.use_count() > 1;
    };
    do {
        if (idle_.sleep(lock, idleTime_)) return true;
    } while (needed() && !idle_.ending());
    return false;
}

std::vector<HelperThreads::Shortage> HelperThreads::shortages(Clock::duration least) const {
    const auto now = Clock::now();
    std::vector<Shortage> result;
    const detail::Lock lock(mutex_);
    for (const auto& known : shares_) {
        const auto share = known.lock();
        if (!share) continue;
        const auto& load = loadOf(*share);
        Shortage shortage{
            .name = share->name(), .waiting = load.waiting.size(), .running = load.admitted};
        if (const auto* const first = load.waiting.first()) {
            shortage.longest = now - first->asked;
        }
        for (const auto* job = ready_.first(); job != nullptr; job = job->next) {
            if (!lacksThreads_ || job->share != share) continue;
            ++shortage.waiting;
            --shortage.running;
            shortage.longest = std::max(shortage.longest, now - job->asked);
            shortage.threadsMissing = true;
        }
        if (shortage.waiting > 0 && shortage.longest >= least) {
            result.push_back(std::move(shortage));
        }
    }
    return result;
}

}  // namespace berth::host
