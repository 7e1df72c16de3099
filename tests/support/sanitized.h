// tests/support/sanitized.h - whether a sanitizer slows this build down and bounds its fibers.
#pragma once

#include "berth/detail/sanitizers.h"

namespace berth::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

#if defined(__SANITIZE_THREAD__)
inline constexpr bool kThreadSanitized = true;
#else
inline constexpr bool kThreadSanitized = false;
#endif

// The second number in a build with a sanitizer.
template <class T>
constexpr T scaled(T plain, T sanitized) noexcept {
    return kSanitized ? sanitized : plain;
}

}  // namespace berth::test
