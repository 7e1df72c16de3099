// host/fiber/idle_threads.cpp
#include "host/fiber/idle_threads.h"

namespace berth::host {

bool IdleThreads::callOne() noexcept {
    if (sleepers_.empty()) return false;
    auto& sleeper = sleepers_.back();
    sleepers_.pop_back();
    sleeper.called = true;
    sleeper.wake.notify_one();
    return true;
}

bool IdleThreads::sleep(detail::UniqueLock& lock, std::chrono::steady_clock::duration limit) {
    if (ending_) return false;
    Sleeper own;
    sleepers_.push_back(own);
    own.wake.wait_for(lock.native(), limit, [&] { return own.called || ending_; });
    if (!own.called) sleepers_.erase(sleepers_.iterator_to(own));
    return own.called;
}

void IdleThreads::endAll() noexcept {
    ending_ = true;
    for (auto& sleeper : sleepers_) sleeper.wake.notify_one();
}

}  // namespace berth::host
