// host/fiber/loop.h - one thread that runs fibers and waits for their descriptors with epoll.
#pragma once

#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "berth/detail/mutex.h"
#include "host/base/unique_fd.h"
#include "host/fiber/arrival.h"
#include "host/fiber/fiber.h"
#include "host/fiber/helper_threads.h"
#include "host/fiber/stack_pool.h"
#include "host/fiber/watch.h"

namespace berth::host {

// Threads:  as each part below says.
// Lifetime: outlives its fibers. Destroy it only when none is left, after the helper threads.
class Loop {
public:
    using Clock = Fiber::Clock;

    // `own`: the helper threads for what the host itself does for a client. `number`: what reports
    // call it. Throws: std::system_error.
    Loop(std::size_t stackSize, std::shared_ptr<HelperShare> own, std::uint32_t number = 1);
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop();

    // --- from any thread ---
    // Reports each change of the descriptor's state to the watch (edge-triggered), and at once
    // what it is now. Throws: std::system_error.
    void watch(int descriptor, Watch& watch);
    // Reports the present state once more.
    void rearm(int descriptor, Watch& watch) noexcept;
    // Reports nothing but errors until rearm().
    void mute(int descriptor, Watch& watch) noexcept;
    // Reports to one of the loops that watch it, for as long as it is so, that clients wait at this
    // listening socket. Throws: std::system_error.
    void watchListener(int descriptor, Watch& watch);
    // How many clients were given to this loop and are not gone.
    std::atomic<std::size_t> clients{0};

    // The same as watch(), for the socket of a client that is to begin here.
    void expect(int descriptor, Watch& watch, Arrival& arrival);
    // Those that have not begun, which are no longer this loop's. None while one is on its way in.
    [[nodiscard]] ArrivalList takeArrivals() noexcept;
    // Reports nothing more to its watch, but for what is on its way.
    void forget(int descriptor) noexcept;
    // Destroys what is left of one that was taken, once nothing is on its way to it.
    void bury(std::unique_ptr<Arrival> shell) noexcept;
    // The same for watches that were forgotten, or their owners.
    using Remains = std::list<std::shared_ptr<const void>>;
    void bury(Remains remains) noexcept;
    // Clients that wait for the memory of a stack.
    [[nodiscard]] std::size_t starved() const noexcept {
        return starved_.load(std::memory_order_relaxed);
    }

    // Changes with each turn and each fiber that is entered; odd while the loop waits for events.
    [[nodiscard]] std::uint64_t beat() const noexcept {
        return beat_.load(std::memory_order_relaxed);
    }
    [[nodiscard]] static bool waits(std::uint64_t beat) noexcept { return (beat & 1) != 0; }
    // Written by whoever looks at the beats: a loop that does not turn gets no new clients.
    std::atomic<bool> turns{true};
    [[nodiscard]] pthread_t thread() noexcept { return thread_.native_handle(); }
    [[nodiscard]] std::uint32_t number() const noexcept { return number_; }

    // --- on the loop's thread ---
    // The watch gets no more events.
    void unwatch(int descriptor, Watch& watch) noexcept;
    // A new fiber for the task; the first wake() runs it.
    // Throws: std::system_error when there is no stack for it.
    [[nodiscard]] Fiber& make(FiberTask& task);
    // The same for one that was expected. Null when it is another loop's by now, or there is no
    // stack for it; then it begins again when there is.
    [[nodiscard]] Fiber* begin(Arrival& arrival) noexcept;
    // Runs a fiber if it waits for an event.
    void wake(Fiber& fiber) noexcept;

    // --- within a fiber of this loop ---
    // The fiber that runs on the calling thread; null outside of fibers.
    [[nodiscard]] static Fiber* current() noexcept;
    [[nodiscard]] static Loop* ofThread() noexcept;
    // Until wake(); false when `deadline` came first.
    [[nodiscard]] bool waitForEvent(Clock::time_point deadline);
    // Lets the others go first once the fiber has made many calls in a row.
    void takeTurns();
    // poll(2) that suspends only this fiber. `limit` negative: for ever.
    int poll(std::span<pollfd> descriptors, std::chrono::milliseconds limit);
    // Runs the work on a helper thread while the fiber waits: on one of the task's, or of the
    // host's own.
    void runOnHelper(const std::function<void()>& work, bool own = false);

    // The loop's one buffer, until giveBack(). A fiber that has to wait meanwhile keeps it and the
    // loop gets another one.
    [[nodiscard]] std::span<std::byte> lend();
    void giveBack() noexcept;

private:
    class PostedJob;
    class PollWatch;
    class WakeUp final : public Watch {
    public:
        void onEvents(std::uint32_t) noexcept override {}
    };
    struct ByTimer {
        using type = Clock::time_point;
        type operator()(const Fiber& fiber) const noexcept { return fiber.timerAt; }
    };
    using Timers = boost::intrusive::multiset<
        Fiber, boost::intrusive::key_of_value<ByTimer>,
        boost::intrusive::member_hook<Fiber, boost::intrusive::set_member_hook<>,
                                      &Fiber::timerHook>,
        boost::intrusive::constant_time_size<false>>;
    using FiberList =
        boost::intrusive::list<Fiber,
                               boost::intrusive::member_hook<
                                   Fiber, boost::intrusive::list_member_hook<>, &Fiber::listHook>,
                               boost::intrusive::constant_time_size<false>>;

    void run(const std::stop_token& stop);
    void dispatch(int timeoutMilliseconds) noexcept;
    void fetchAhead() const noexcept;
    [[nodiscard]] int untilNextTimer() const;
    void countBeat(std::uint64_t more) noexcept {
        beat_.store(beat() + more, std::memory_order_relaxed);  // one writer
    }
    void addArrival(Arrival& arrival) noexcept BERTH_REQUIRES(arrivalsMutex_);
    [[nodiscard]] bool claim(Arrival& arrival) noexcept BERTH_EXCLUDES(arrivalsMutex_);
    void beginStarved() noexcept;
    void runPosted() noexcept;
    void runTimers() noexcept;
    void runReady() noexcept;
    void resume(Fiber& fiber) noexcept;
    void resumeAll(FiberList& fibers) noexcept;
    void retire(Fiber& fiber) noexcept;
    void suspend(Fiber::State state) noexcept;
    void keepBuffer() noexcept;
    void returnKept() noexcept;
    void setTimer(Fiber& fiber, Clock::time_point when) noexcept;
    // To a fiber in WaitsForPost; from any thread.
    void post(Fiber& fiber) noexcept;
    void wakeUp() noexcept;
    [[nodiscard]] std::unique_ptr<std::byte[]> newBuffer();

    static constexpr std::size_t kEventsAtOnce = 512;
    static constexpr std::size_t kSpareBuffers = 4;

    const std::shared_ptr<HelperShare> ownHelpers_;
    const std::uint32_t number_;
    StackPool stacks_;
    UniqueFd epoll_;
    UniqueFd wakeFd_;
    WakeUp wakeWatch_;

    std::array<epoll_event, kEventsAtOnce> events_{};
    std::size_t nextEvent_ = 0;  // of events_, while they are dispatched
    std::size_t eventCount_ = 0;
    Timers timers_;
    FiberList ready_;  // those that let others go first
    Clock::time_point nextTrim_;

    std::unique_ptr<std::byte[]> buffer_;
    std::vector<std::unique_ptr<std::byte[]>> spareBuffers_;
    Fiber* borrower_ = nullptr;  // who holds buffer_
    Fiber* running_ = nullptr;   // the fiber that is entered
    std::atomic<std::uint64_t> beat_{0};
    std::atomic<std::size_t> starved_{0};
    Clock::time_point beginStarvedAt_ = Fiber::kNever;

    std::atomic<std::size_t> arriving_{0};  // calls of expect() that are under way
    detail::Mutex arrivalsMutex_;
    ArrivalList arrivals_ BERTH_GUARDED_BY(arrivalsMutex_);  // and of each whether it is expected

    detail::Mutex mutex_;
    FiberList posted_ BERTH_GUARDED_BY(mutex_);
    ArrivalList buried_ BERTH_GUARDED_BY(mutex_);
    Remains remains_ BERTH_GUARDED_BY(mutex_);
    // wakeFd_ was written for what is posted. Changed with the lock, looked at without it.
    std::atomic<bool> awake_{false};

    std::jthread thread_;  // last: it ends before what it uses
};

inline void Loop::suspend(Fiber::State state) noexcept {
    auto& fiber = *running_;
    if (borrower_ == &fiber) keepBuffer();
    fiber.leave(state);
}

inline bool Loop::waitForEvent(Clock::time_point deadline) {
    auto& fiber = *running_;
    fiber.deadline = deadline;
    fiber.timedOut = false;
    if (deadline < fiber.timerAt) setTimer(fiber, deadline);
    suspend(Fiber::State::WaitsForEvent);
    fiber.deadline = Fiber::kNever;
    return !fiber.timedOut;
}

inline void Loop::giveBack() noexcept {
    if (borrower_ == running_) borrower_ = nullptr;
    if (running_->keptBuffer) returnKept();
}

}  // namespace berth::host
