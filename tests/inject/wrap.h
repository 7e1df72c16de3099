// tests/inject/wrap.h - stands before functions of the C library.
//
// Each function has an assembler name of its own, so that no header's declaration of it is in the
// way.
#pragma once

#include <cerrno>
#include <cstddef>
#include <type_traits>

#include "inject/injector.h"

namespace berth::inject {

template <typename Result>
constexpr Result failure() noexcept {
    if constexpr (std::is_pointer_v<Result>) {
        return nullptr;
    } else {
        return static_cast<Result>(-1);
    }
}

// Half of it, for a call that does less than it was asked.
constexpr std::size_t shortened(std::size_t size) noexcept {
    return size > 1 ? size / 2 : size;
}

}  // namespace berth::inject

#define BERTH_DECLARE(result, symbol, function, parameters)                               \
    extern "C" [[gnu::visibility("default")]] result function parameters __asm__(symbol); \
    extern "C" result function parameters

// A function of this name, which is known by another one, since there are two of them.
#define BERTH_WRAP_AS(known, result, name, parameters, arguments, descriptor)        \
    BERTH_DECLARE(result, #name, inject_##name, parameters) {                        \
        static const auto real = ::berth::inject::next<result(*) parameters>(#name); \
        using ::berth::inject::Verdict;                                              \
        if (::berth::inject::verdict(known, descriptor) == Verdict::Fail) {          \
            return ::berth::inject::failure<result>();                               \
        }                                                                            \
        return real arguments;                                                       \
    }

#define BERTH_WRAP(result, name, parameters, arguments) \
    BERTH_WRAP_AS(#name, result, name, parameters, arguments, -1)

// With the name for large files as well.
#define BERTH_WRAP_BOTH(result, name, parameters, arguments)      \
    BERTH_WRAP_AS(#name, result, name, parameters, arguments, -1) \
    BERTH_WRAP_AS(#name, result, name##64, parameters, arguments, -1)

// The error is what it returns.
#define BERTH_WRAP_RETURNING(name, parameters, arguments)                         \
    BERTH_DECLARE(int, #name, inject_##name, parameters) {                        \
        static const auto real = ::berth::inject::next<int(*) parameters>(#name); \
        using ::berth::inject::Verdict;                                           \
        const int before = errno;                                                 \
        if (::berth::inject::verdict(#name) == Verdict::Fail) {                   \
            return ::std::exchange(errno, before);                                \
        }                                                                         \
        return real arguments;                                                    \
    }

// What moves `size` bytes, and may move fewer. `never`: whether this call never waits.
#define BERTH_WRAP_MOVING(known, name, parameters, arguments, descriptor, size, never) \
    BERTH_DECLARE(ssize_t, #name, inject_##name, parameters) {                         \
        static const auto real = ::berth::inject::next<ssize_t(*) parameters>(#name);  \
        using ::berth::inject::Verdict;                                                \
        const auto verdict = ::berth::inject::verdict(known, descriptor, never);       \
        if (verdict == Verdict::Fail) {                                                \
            if (errno == EAGAIN) ::berth::inject::becomesReady(descriptor);            \
            return -1;                                                                 \
        }                                                                              \
        if (verdict == Verdict::Shorten) size = ::berth::inject::shortened(size);      \
        return real arguments;                                                         \
    }
