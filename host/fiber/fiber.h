// host/fiber/fiber.h - one fiber: its stack, its state, and the switch to and from it.
#pragma once

#include <boost/context/fiber.hpp>
#include <boost/intrusive/list_hook.hpp>
#include <boost/intrusive/set_hook.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>

#include "host/fiber/exception_state.h"
#include "host/fiber/sanitizer_switch.h"
#include "host/fiber/stack.h"

namespace berth::host {

// What a fiber runs.
class FiberTask {
public:
    FiberTask() = default;
    FiberTask(const FiberTask&) = delete;
    FiberTask& operator=(const FiberTask&) = delete;

    // Within the fiber. May destroy the task.
    virtual void run() noexcept = 0;
    // In place of run(), when there is no stack for it. May destroy the task.
    virtual void abandon() noexcept = 0;
    // Says in one line whose fiber it is. Called from a signal handler: it may only copy bytes.
    virtual std::size_t describe(std::span<char> text) const noexcept = 0;
    // A descriptor whose events wake the fiber by themselves; negative: none.
    [[nodiscard]] virtual int descriptor() const noexcept = 0;

protected:
    ~FiberTask() = default;
};

// Lives at the top of its own stack and belongs to one Loop, which alone touches its state.
//
// Threads: the loop's.
class Fiber : public boost::intrusive::set_base_hook<boost::intrusive::optimize_size<true>>,
              public boost::intrusive::list_base_hook<> {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr auto kNever = Clock::time_point::max();

    enum class State { Running, WaitsForEvent, WaitsForPost, Ready, Done };

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

    // Of the wait that is under way, for the loop's timers.
    Clock::time_point deadline = kNever;
    // When the loop looks at the deadline; never later than it. kNever: it does not.
    Clock::time_point timerAt = kNever;
    bool timedOut = false;
    // Calls to the kernel since the fiber was entered, to bound its turn.
    unsigned calls = 0;
    // The loop's buffer, when the fiber had to wait while it was lent to it.
    std::unique_ptr<std::byte[]> keptBuffer;

private:
    Fiber(const Stack& stack, FiberTask& task) noexcept;
    ~Fiber() = default;

    boost::context::fiber other_;  // entered: the loop; left: the fiber
    FiberTask& task_;
    Stack stack_;
    ExceptionState exceptions_;
    State state_ = State::WaitsForEvent;
    SanitizerSwitch own_;
    SanitizerSwitch loop_;
};

}  // namespace berth::host
