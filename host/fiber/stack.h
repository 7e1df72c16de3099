// host/fiber/stack.h - one guarded stack, as a view of memory that a StackPool owns.
#pragma once

#include <cstddef>
#include <cstdint>

namespace berth::host {

struct Stack {
    std::byte* base = nullptr;  // the lowest usable byte; the guard lies below it
    std::size_t size = 0;       // usable bytes
    std::size_t guard = 0;      // bytes below `base` that nobody may touch
    std::size_t stagger = 0;    // bytes at the top that stay unused

    // Stacks whose tops share an offset in their pages fight for the same cache lines.
    [[nodiscard]] std::byte* top() const noexcept { return base + size - stagger; }
    [[nodiscard]] bool guards(const void* address) const noexcept {
        const auto* const byte = static_cast<const std::byte*>(address);
        return byte >= base - guard && byte < base;
    }
};

}  // namespace berth::host
