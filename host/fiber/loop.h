// host/fiber/loop.h - one thread that runs fibers and waits for their descriptors with epoll.
#pragma once

#include <poll.h>
#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "host/fiber/fiber.h"
#include "host/fiber/helper_threads.h"
#include "host/fiber/stack_pool.h"
#include "host/fiber/watch.h"
#include "host/unique_fd.h"

namespace berth::host {

// Threads:  as each part below says.
// Lifetime: outlives its fibers. Destroy it only when none is left, after the helper threads.
class Loop {
public:
    using Clock = Fiber::Clock;

    // Throws: std::system_error.
    Loop(std::size_t stackSize, HelperThreads& helpers);
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
    // How many clients were given to this loop and are not gone.
    std::atomic<std::size_t> clients{0};

    // --- on the loop's thread ---
    // The watch gets no more events.
    void unwatch(int descriptor, Watch& watch) noexcept;
    // A new fiber for the task; the first wake() runs it.
    // Throws: std::system_error when there is no stack for it.
    [[nodiscard]] Fiber& make(FiberTask& task);
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
    // Runs the work on a helper thread while the fiber waits.
    void runOnHelper(const std::function<void()>& work);

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

    HelperThreads& helpers_;
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

    std::mutex mutex_;  // guards what follows
    FiberList posted_;
    std::atomic<bool> awake_{false};  // wakeFd_ was written for what is posted

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
