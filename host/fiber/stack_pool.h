// host/fiber/stack_pool.h - stacks of one size for the fibers of one loop.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "host/fiber/stack.h"

namespace berth::host {

// Stacks come from large mappings, each with a guard below it, and are used again: the one that
// was given back last is warm and goes first. Mappings stay until the pool is destroyed; the
// memory of stacks that nobody needed for a while goes back to the kernel.
//
// Threads: one.
class StackPool {
public:
    using Clock = std::chrono::steady_clock;

    // Rounded up to whole pages.
    explicit StackPool(std::size_t stackSize);
    StackPool(const StackPool&) = delete;
    StackPool& operator=(const StackPool&) = delete;
    ~StackPool();

    // Throws: std::system_error when the kernel gives no more memory.
    [[nodiscard]] Stack take();
    void give(const Stack& stack, Clock::time_point now) noexcept;

    // Gives the memory of stacks back that nobody took since `before`.
    void trim(Clock::time_point before) noexcept;
    // Whether trim() could find something later.
    [[nodiscard]] bool hasWarm() const noexcept { return cold_ < free_.size(); }

private:
    struct Free {
        Stack stack;
        Clock::time_point since;
    };

    void grow();

    const std::size_t stackSize_;
    std::size_t made_ = 0;
    std::vector<std::byte*> mappings_;
    std::vector<Free> free_;  // the warmest last
    std::size_t cold_ = 0;    // of free_, from its front: those without memory
};

}  // namespace berth::host
