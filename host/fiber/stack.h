// host/fiber/stack.h - one guarded stack, as a view of memory that a StackPool owns.
#pragma once

#include <cstddef>

#include "host/base/activity.h"

namespace berth::host {

struct Stack : StackBounds {
    std::size_t stagger = 0;  // bytes at the top that stay unused

    // Stacks whose tops share an offset in their pages fight for the same cache lines.
    [[nodiscard]] std::byte* top() const noexcept { return base + size - stagger; }
};

}  // namespace berth::host
