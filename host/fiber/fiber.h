// host/fiber/fiber.h - one fiber: its stack, its state, and the switch to and from it.
#pragma once

#include <boost/context/fiber.hpp>
#include <boost/intrusive/list_hook.hpp>
#include <boost/intrusive/set_hook.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "host/base/activity.h"
#include "host/fiber/exception_state.h"
#include "host/fiber/sanitizer_switch.h"
#include "host/fiber/stack.h"

namespace berth::host {

class HelperShare;
struct HelperThread;
class Loop;

// What a fiber runs.
class FiberTask {
public:
    FiberTask() = default;
    FiberTask(const FiberTask&) = delete;
    FiberTask& operator=(const FiberTask&) = delete;

    // Within the fiber. May destroy the task.
    virtual void run() noexcept = 0;
    // The helper threads that do its work off the loop.
    [[nodiscard]] virtual const std::shared_ptr<HelperShare>& helpers() const noexcept = 0;
    // A descriptor whose events wake the fiber by themselves; negative: none.
    [[nodiscard]] virtual int descriptor() const noexcept = 0;

protected:
    ~FiberTask() = default;
};

// Lives at the top of its own stack and belongs to one Loop, which alone touches its state. What
// each switch needs stands first, in one cache line.
//
// Threads: the loop's.
class alignas(64) Fiber {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr auto kNever = Clock::time_point::max();

    enum class State : std::uint8_t { Running, WaitsForEvent, WaitsForPost, Ready, Done };

    // Makes a fiber on that stack; it begins to run with the first enter(), and waits until then.
    static Fiber& make(const Stack& stack, FiberTask& task);
    // Requires: it is done. Returns its stack.
    static Stack destroy(Fiber& fiber) noexcept;

    // On the loop: runs the fiber until it leaves or is done.
    void enter() noexcept;
    // Within the fiber: back to the loop, until the next enter().
    void leave(State state) noexcept;

    [[nodiscard]] const Stack& stack() const noexcept { return stack_; }
    [[nodiscard]] FiberTask& task() const noexcept { return task_; }
    [[nodiscard]] State state() const noexcept { return state_; }

    // From here on the thread stays as long as this fiber. By the thread, while the fiber waits.
    void keep(const std::shared_ptr<HelperThread>& thread) noexcept;

    // Fetches into the cache what the fiber touches first when it goes on.
    void fetchAhead() const noexcept;
    // Something else that it touches then; null: nothing.
    const void* alsoTouches = nullptr;

private:
    boost::context::fiber other_;  // entered: the loop; left: the fiber
    const std::byte* leftAt_ = nullptr;
    ExceptionState exceptions_;
    State state_ = State::WaitsForEvent;

public:
    bool timedOut = false;
    // Calls to the kernel since the fiber was entered, to bound its turn.
    std::uint16_t calls = 0;
    // Of the wait that is under way, for the loop's timers.
    Clock::time_point deadline = kNever;
    // When the loop looks at the deadline; never later than it. kNever: it does not.
    Clock::time_point timerAt = kNever;
    // The loop's buffer, when the fiber had to wait while it was lent to it.
    std::unique_ptr<std::byte[]> keptBuffer;
    // In the loop's timers, and in one of its lists.
    boost::intrusive::set_member_hook<> timerHook;
    boost::intrusive::list_member_hook<> listHook;

private:
    Fiber(const Stack& stack, FiberTask& task) noexcept;
    ~Fiber() = default;

    FiberTask& task_;
    std::vector<std::shared_ptr<HelperThread>> helpers_;
    Stack stack_;
    SanitizerSwitch own_;
    SanitizerSwitch loop_;
};

inline void Fiber::leave(State state) noexcept {
    state_ = state;
    leftAt_ = static_cast<const std::byte*>(__builtin_frame_address(0));
    exceptions_.exchangeWithThread();
    const auto own = here;
    own_.leave(loop_, false);
    other_ = std::move(other_).resume();
    own_.arrive(loop_);
    here = own;
    state_ = State::Running;
}

[[gnu::always_inline]] inline void Fiber::fetchAhead() const noexcept {
    constexpr std::ptrdiff_t kBelow = 192;  // what the switch itself saved
    constexpr std::ptrdiff_t kAbove = 448;  // the frames down from the handler's
    constexpr std::ptrdiff_t kCacheLine = 64;
    for (auto at = -kBelow; at < kAbove; at += kCacheLine) __builtin_prefetch(leftAt_ + at);
    __builtin_prefetch(alsoTouches);
}

}  // namespace berth::host
