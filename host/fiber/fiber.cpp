// host/fiber/fiber.cpp
#include "host/fiber/fiber.h"

#include <boost/context/preallocated.hpp>
#include <boost/context/stack_context.hpp>
#include <new>
#include <utility>

namespace berth::host {
namespace {

// The stack is the pool's: it is given back when the fiber is destroyed.
struct KeepStack {
    void deallocate(boost::context::stack_context&) const noexcept {}
};

std::byte* placeOf(const Stack& stack) noexcept {
    constexpr auto kMask = ~static_cast<std::uintptr_t>(alignof(std::max_align_t) - 1);
    const auto top = reinterpret_cast<std::uintptr_t>(stack.top() - sizeof(Fiber));
    return reinterpret_cast<std::byte*>(top & kMask);
}

}  // namespace

Fiber& Fiber::make(const Stack& stack, FiberTask& task) {
    return *new (placeOf(stack)) Fiber(stack, task);
}

Stack Fiber::destroy(Fiber& fiber) noexcept {
    const auto stack = fiber.stack_;
    fiber.~Fiber();
    return stack;
}

Fiber::Fiber(const Stack& stack, FiberTask& task) noexcept
    : task_(task), stack_(stack), own_(stack.base, stack.size) {
    boost::context::stack_context context;
    context.sp = this;
    context.size = static_cast<std::size_t>(reinterpret_cast<std::byte*>(this) - stack.base);
    const boost::context::preallocated place(this, context.size, context);
    other_ = boost::context::fiber(std::allocator_arg, place, KeepStack{},
                                   [this](boost::context::fiber&& loop) {
                                       own_.arrive(loop_);
                                       other_ = std::move(loop);
                                       state_ = State::Running;
                                       task_.run();
                                       state_ = State::Done;
                                       exceptions_.exchangeWithThread();
                                       own_.leave(loop_, true);
                                       return std::move(other_);
                                   });
}

void Fiber::enter() noexcept {
    calls = 0;
    exceptions_.exchangeWithThread();
    loop_.leave(own_, false);
    other_ = std::move(other_).resume();
    loop_.arrive(own_);
}

void Fiber::leave(State state) noexcept {
    state_ = state;
    exceptions_.exchangeWithThread();
    own_.leave(loop_, false);
    other_ = std::move(other_).resume();
    own_.arrive(loop_);
    state_ = State::Running;
}

}  // namespace berth::host
