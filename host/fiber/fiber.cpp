// host/fiber/fiber.cpp
#include "host/fiber/fiber.h"

#include <algorithm>
#include <boost/context/preallocated.hpp>
#include <boost/context/stack_context.hpp>
#include <new>
#include <utility>

#include "berth/detail/require.h"
#include "host/fiber/helper_threads.h"

namespace berth::host {
namespace {

// The stack is the pool's: it is given back when the fiber is destroyed.
struct KeepStack {
    void deallocate(boost::context::stack_context&) const noexcept {}
};

// Boost puts its own record at the next multiple of 256 below; no gap is left between the two, so
// that what a fiber touches is close together.
std::byte* placeOf(const Stack& stack) noexcept {
    constexpr std::uintptr_t kRecordAlignment = 256;
    constexpr std::uintptr_t kRecord = 64;  // its size, at most
    const auto top = reinterpret_cast<std::uintptr_t>(stack.top());
    const auto record = (top - sizeof(Fiber) - kRecord) & ~(kRecordAlignment - 1);
    return reinterpret_cast<std::byte*>(record + kRecord);
}

}  // namespace

Fiber& Fiber::make(const Stack& stack, FiberTask& task) {
    return *new (placeOf(stack)) Fiber(stack, task);
}

Stack Fiber::destroy(Fiber& fiber) noexcept {
    BERTH_REQUIRE(fiber.state() == State::Done);
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
                                       here = {.activity = nullptr, .fiber = &stack_};
                                       task_.run();
                                       state_ = State::Done;
                                       exceptions_.exchangeWithThread();
                                       own_.leave(loop_, true);
                                       return std::move(other_);
                                   });
}

void Fiber::keep(const HelperThreadPtr& thread) noexcept {
    if (std::ranges::find(helpers_, thread) != helpers_.end()) return;
    try {
        helpers_.push_back(thread);
    } catch (const std::bad_alloc&) {
        thread->stays = true;
    }
}

void Fiber::enter() noexcept {
    calls = 0;
    exceptions_.exchangeWithThread();
    const auto outer = here;
    loop_.leave(own_, false);
    other_ = std::move(other_).resume();
    loop_.arrive(own_);
    here = outer;
}

}  // namespace berth::host
