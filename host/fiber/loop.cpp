// host/fiber/loop.cpp - the thread of a loop, and how fibers are run on it.
#include "host/fiber/loop.h"

#include <pthread.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "berth/detail/sanitizers.h"
#include "host/base/own_descriptors.h"
#include "host/crash/signal_stack.h"

namespace berth::host {
namespace {

constexpr std::uint32_t kEdges = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET;
// From here on the memory of a client has left the cache by the time of its next event.
constexpr std::size_t kManyEvents = 128;
constexpr std::chrono::seconds kTrimInterval{10};
constexpr std::chrono::seconds kStackKept{30};

thread_local Loop* threadLoop = nullptr;

template <class Open>
UniqueFd owned(Open&& open, const char* what) {
    auto descriptor = openedBy(open);
    if (!descriptor) throw std::system_error(errno, std::generic_category(), what);
    return descriptor;
}

}  // namespace

Loop::Loop(std::size_t stackSize, std::shared_ptr<HelperShare> own, std::uint32_t number)
    : ownHelpers_(std::move(own)),
      number_(number),
      stacks_(stackSize),
      epoll_(owned([] { return ::epoll_create1(EPOLL_CLOEXEC); }, "epoll_create1")),
      wakeFd_(owned([] { return ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }, "eventfd")),
      nextTrim_(Clock::now() + kTrimInterval) {
    spareBuffers_.reserve(kSpareBuffers);
    watch(wakeFd_.value(), wakeWatch_);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Loop::~Loop() {
    thread_.request_stop();
    wakeUp();
    thread_.join();
    buried_.clear_and_dispose(std::default_delete<Arrival>());
}

Fiber* Loop::current() noexcept {
    return threadLoop == nullptr ? nullptr : threadLoop->running_;
}

Loop* Loop::ofThread() noexcept {
    return threadLoop;
}

void Loop::watch(int descriptor, Watch& watch) {
    epoll_event event{.events = kEdges, .data = {.ptr = &watch}};
    if (::epoll_ctl(epoll_.value(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
    }
}

void Loop::watchListener(int descriptor, Watch& watch) {
    // Exclusive: a client wakes one loop, not all of them.
    epoll_event event{.events = EPOLLIN | EPOLLEXCLUSIVE, .data = {.ptr = &watch}};
    if (::epoll_ctl(epoll_.value(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
    }
}

void Loop::rearm(int descriptor, Watch& watch) noexcept {
    epoll_event event{.events = kEdges, .data = {.ptr = &watch}};
    ::epoll_ctl(epoll_.value(), EPOLL_CTL_MOD, descriptor, &event);
}

void Loop::mute(int descriptor, Watch& watch) noexcept {
    epoll_event event{.events = EPOLLET, .data = {.ptr = &watch}};
    ::epoll_ctl(epoll_.value(), EPOLL_CTL_MOD, descriptor, &event);
}

void Loop::unwatch(int descriptor, Watch& watch) noexcept {
    // A duplicate of the descriptor, in a child before its exec, would keep the registration alive.
    ::epoll_ctl(epoll_.value(), EPOLL_CTL_DEL, descriptor, nullptr);
    for (auto i = nextEvent_; i < eventCount_; ++i) {
        if (events_[i].data.ptr == &watch) events_[i].data.ptr = nullptr;
    }
}

void Loop::run(const std::stop_token& stop) {
#if defined(__SANITIZE_THREAD__)
    const crash::SignalStack signalStack;  // it gives its threads none, as berthd does
#endif
    ::pthread_setname_np(::pthread_self(), "loop");
    threadLoop = this;
    while (!stop.stop_requested()) {
        dispatch(ready_.empty() ? untilNextTimer() : 0);
        runPosted();
        runTimers();
        runReady();
        if (starved() != 0) beginStarved();
    }
    threadLoop = nullptr;
}

// While one fiber is in the kernel, the memory of the next ones comes into the cache, step by step:
// with thousands of clients it has left it.
// Always inline: GCC takes a function that only fetches for one without effect.
[[gnu::always_inline]] inline void Loop::fetchAhead() const noexcept {
    const auto fiberAt = [this](std::size_t index) -> const Fiber* {
        const auto* const watch = static_cast<const Watch*>(events_[index].data.ptr);
        return watch == nullptr ? nullptr : watch->fiber();
    };
    if (nextEvent_ + 2 < eventCount_) __builtin_prefetch(events_[nextEvent_ + 2].data.ptr);
    if (nextEvent_ + 1 < eventCount_) __builtin_prefetch(fiberAt(nextEvent_ + 1));
    if (nextEvent_ < eventCount_) {
        if (const auto* const fiber = fiberAt(nextEvent_)) fiber->fetchAhead();
    }
}

void Loop::dispatch(int timeoutMilliseconds) noexcept {
    countBeat(1);
    const int count =
        ::epoll_wait(epoll_.value(), events_.data(), kEventsAtOnce, timeoutMilliseconds);
    countBeat(1);
    eventCount_ = static_cast<std::size_t>(std::max(count, 0));
    for (nextEvent_ = 0; nextEvent_ < eventCount_;) {
        const auto& event = events_[nextEvent_++];
        if (eventCount_ >= kManyEvents) fetchAhead();
        if (event.data.ptr == nullptr) continue;
        static_cast<Watch*>(event.data.ptr)->onEvents(event.events);
    }
    eventCount_ = 0;
}

int Loop::untilNextTimer() const {
    auto next = stacks_.hasWarm() ? nextTrim_ : Fiber::kNever;
    next = std::min(next, beginStarvedAt_);
    if (!timers_.empty()) next = std::min(next, timers_.begin()->timerAt);
    if (next == Fiber::kNever) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

void Loop::runTimers() noexcept {
    if (timers_.empty() && !stacks_.hasWarm()) return;
    const auto now = Clock::now();
    while (!timers_.empty() && timers_.begin()->timerAt <= now) {
        auto& fiber = *timers_.begin();
        timers_.erase(timers_.begin());
        fiber.timerAt = Fiber::kNever;
        if (fiber.deadline > now) {
            if (fiber.deadline != Fiber::kNever) setTimer(fiber, fiber.deadline);
        } else if (fiber.state() == Fiber::State::WaitsForEvent) {
            fiber.timedOut = true;
            resume(fiber);
        }
    }
    if (now >= nextTrim_) {
        stacks_.trim(now - kStackKept);
        nextTrim_ = now + kTrimInterval;
    }
}

void Loop::setTimer(Fiber& fiber, Clock::time_point when) noexcept {
    if (fiber.timerAt != Fiber::kNever) timers_.erase(timers_.iterator_to(fiber));
    fiber.timerAt = when;
    timers_.insert(fiber);
}

void Loop::runReady() noexcept {
    // Only those that are ready now: who yields again waits for the events of the others.
    FiberList turn;
    turn.swap(ready_);
    resumeAll(turn);
}

void Loop::resumeAll(FiberList& fibers) noexcept {
    while (!fibers.empty()) {
        auto& fiber = fibers.front();
        fibers.pop_front();
        resume(fiber);
    }
}

void Loop::runPosted() noexcept {
    if (!awake_.load(std::memory_order_acquire)) return;
    FiberList posted;
    ArrivalList buried;
    Remains remains;
    {
        const detail::Lock lock(mutex_);
        awake_.store(false, std::memory_order_relaxed);
        posted.swap(posted_);
        buried.swap(buried_);
        remains.swap(remains_);
    }
    buried.clear_and_dispose(std::default_delete<Arrival>());  // all events were dispatched
    resumeAll(posted);
}

void Loop::post(Fiber& fiber) noexcept {
    const detail::Lock lock(mutex_);
    posted_.push_back(fiber);
    if (!awake_.exchange(true, std::memory_order_release)) wakeUp();
}

void Loop::wakeUp() noexcept {
    // Edge-triggered: each write is an event of its own, and nobody has to read.
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wakeFd_.value(), &one, sizeof one);
}

Fiber& Loop::make(FiberTask& task) {
    return Fiber::make(stacks_.take(), task);
}

void Loop::wake(Fiber& fiber) noexcept {
    if (fiber.state() == Fiber::State::WaitsForEvent) resume(fiber);
}

void Loop::resume(Fiber& fiber) noexcept {
    countBeat(2);
    running_ = &fiber;
    fiber.enter();
    running_ = nullptr;
    if (fiber.state() == Fiber::State::Done) retire(fiber);
}

void Loop::retire(Fiber& fiber) noexcept {
    if (fiber.timerAt != Fiber::kNever) timers_.erase(timers_.iterator_to(fiber));
    if (borrower_ == &fiber) borrower_ = nullptr;
    stacks_.give(Fiber::destroy(fiber), Clock::now());
}

void Loop::keepBuffer() noexcept {
    running_->keptBuffer = std::move(buffer_);
    borrower_ = nullptr;
}

}  // namespace berth::host
