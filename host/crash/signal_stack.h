// host/crash/signal_stack.h - a thread's stack for signal handlers, and where its own one ends.
#pragma once

#include <cstddef>

#include "host/base/activity.h"

namespace berth::host::crash {

// While it lives, a handler runs on other memory than the calling thread's stack, which may have
// no room left. Without memory for that the thread goes on without.
class SignalStack {
public:
    SignalStack() noexcept;
    SignalStack(const SignalStack&) = delete;
    SignalStack& operator=(const SignalStack&) = delete;
    ~SignalStack();

    // Of the calling thread; without a base when it has no SignalStack. Signal handlers may ask.
    [[nodiscard]] static const StackBounds& threadBounds() noexcept;

private:
    void* memory_;
};

}  // namespace berth::host::crash
