// host/fiber/sanitizer_switch.h - tells AddressSanitizer and ThreadSanitizer of each switch.
#pragma once

#include <cstddef>

#include "berth/detail/sanitizers.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace berth::host {

// Two of them belong together: the one that is left calls leave() before the switch, the one that
// goes on calls arrive() after it. Without a sanitizer this is nothing.
class SanitizerSwitch {
public:
    // A stack that fibers run on; the default is the thread's own.
    SanitizerSwitch() = default;
    SanitizerSwitch([[maybe_unused]] const std::byte* base,
                    [[maybe_unused]] std::size_t size) noexcept {
#if defined(__SANITIZE_ADDRESS__)
        __asan_unpoison_memory_region(base, size);
        base_ = base;
        size_ = size;
        owned_ = true;
#endif
#if defined(__SANITIZE_THREAD__)
        fiber_ = __tsan_create_fiber(0);
        owned_ = true;
#endif
    }
    SanitizerSwitch(const SanitizerSwitch&) = delete;
    SanitizerSwitch& operator=(const SanitizerSwitch&) = delete;
    ~SanitizerSwitch() {
#if defined(__SANITIZE_ADDRESS__)
        // What the frames that were left for good had marked would outlive the mapping.
        if (owned_) __asan_unpoison_memory_region(base_, size_);
#endif
#if defined(__SANITIZE_THREAD__)
        if (owned_) __tsan_destroy_fiber(fiber_);
#endif
    }

    // `last`: this stack is left for good.
    // Always inline: ThreadSanitizer must not see it return on the other stack.
    [[gnu::always_inline]] void leave([[maybe_unused]] SanitizerSwitch& next,
                                      [[maybe_unused]] bool last) noexcept {
#if defined(__SANITIZE_ADDRESS__)
        __sanitizer_start_switch_fiber(last ? nullptr : &fakeStack_, next.base_, next.size_);
#endif
#if defined(__SANITIZE_THREAD__)
        if (!owned_) fiber_ = __tsan_get_current_fiber();
        __tsan_switch_to_fiber(next.fiber_, 0);
#endif
    }
    void arrive([[maybe_unused]] SanitizerSwitch& from) noexcept {
#if defined(__SANITIZE_ADDRESS__)
        const void* base = nullptr;
        std::size_t size = 0;
        __sanitizer_finish_switch_fiber(fakeStack_, &base, &size);
        // A thread's own stack is known only once it was left.
        from.base_ = base;
        from.size_ = size;
#endif
    }

private:
#if defined(__SANITIZE_ADDRESS__)
    void* fakeStack_ = nullptr;
    const void* base_ = nullptr;
    std::size_t size_ = 0;
    bool owned_ = false;
#endif
#if defined(__SANITIZE_THREAD__)
    void* fiber_ = nullptr;
    bool owned_ = false;
#endif
};

}  // namespace berth::host
