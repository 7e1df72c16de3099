// tests/inject/injector.h - whether a call goes through, and the book of those that were made.
#pragma once

#include <dlfcn.h>

namespace berth::inject {

enum class Verdict { Pass, Fail, Shorten };

// What becomes of a call from the host of `function`, on `descriptor` if it has one. Sets errno
// when it fails. Threads: any; async-signal-safe.
Verdict verdict(const char* function, int descriptor = -1, bool neverWaits = false) noexcept;

// The call that was just made to fail said that a socket is not ready: who waits for the edge of a
// readiness gets one, as the kernel would have it.
void becomesReady(int descriptor) noexcept;

// The same for memory. Throws: std::bad_alloc.
void allocating();

// The function that the one of this library stands before.
template <typename Function>
Function next(const char* name) noexcept {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace berth::inject
