// host/fiber/loop_arrivals.cpp - clients that have not begun: here, or on another loop.
#include <exception>
#include <memory>
#include <utility>

#include "host/fiber/loop.h"

namespace berth::host {
namespace {

constexpr std::chrono::milliseconds kStackPause{50};  // until another try to get one

}  // namespace

// Known here before the first event can come. Counted meanwhile: who takes it out must not do so
// before the kernel knows it, since that could not be undone any more.
void Loop::expect(int descriptor, Watch& watch, Arrival& arrival) {
    arriving_.fetch_add(1);
    {
        const detail::Lock lock(arrivalsMutex_);
        addArrival(arrival);
    }
    try {
        this->watch(descriptor, watch);  // it may be gone when this returns
    } catch (...) {
        static_cast<void>(claim(arrival));
        arriving_.fetch_sub(1);
        throw;
    }
    arriving_.fetch_sub(1);
}

void Loop::addArrival(Arrival& arrival) noexcept {
    arrivals_.push_back(arrival);
    arrival.expected = true;
}

// An event can be on its way to one that was taken out: that is in another list by then.
bool Loop::claim(Arrival& arrival) noexcept {
    const detail::Lock lock(arrivalsMutex_);
    if (!std::exchange(arrival.expected, false)) return false;
    arrivals_.erase(arrivals_.iterator_to(arrival));
    return true;
}

ArrivalList Loop::takeArrivals() noexcept {
    ArrivalList taken;
    const detail::Lock lock(arrivalsMutex_);
    if (arriving_.load() == 0) taken.swap(arrivals_);
    for (auto& arrival : taken) arrival.expected = false;
    return taken;
}

void Loop::forget(int descriptor) noexcept {
    ::epoll_ctl(epoll_.value(), EPOLL_CTL_DEL, descriptor, nullptr);
}

void Loop::bury(std::unique_ptr<Arrival> shell) noexcept {
    const detail::Lock lock(mutex_);
    buried_.push_back(*shell.release());
    if (!awake_.exchange(true, std::memory_order_release)) wakeUp();
}

void Loop::bury(Remains remains) noexcept {
    const detail::Lock lock(mutex_);
    remains_.splice(remains_.end(), remains);
    if (!awake_.exchange(true, std::memory_order_release)) wakeUp();
}

Fiber* Loop::begin(Arrival& arrival) noexcept {
    if (!claim(arrival)) return nullptr;
    try {
        return &make(arrival);
    } catch (const std::exception&) {
        const detail::Lock lock(arrivalsMutex_);
        addArrival(arrival);
        starved_.store(arrivals_.size(), std::memory_order_relaxed);
    }
    if (beginStarvedAt_ == Fiber::kNever) beginStarvedAt_ = Clock::now() + kStackPause;
    return nullptr;
}

// Those that had no event yet begin with the others.
void Loop::beginStarved() noexcept {
    if (Clock::now() < beginStarvedAt_) return;
    beginStarvedAt_ = Fiber::kNever;
    starved_.store(0, std::memory_order_relaxed);
    while (starved() == 0) {
        Arrival* next = nullptr;
        {
            const detail::Lock lock(arrivalsMutex_);
            if (arrivals_.empty()) return;
            next = &arrivals_.front();
        }
        next->beginAgain();  // taken out meanwhile, its shell waits for this loop's next turn
    }
}

}  // namespace berth::host
