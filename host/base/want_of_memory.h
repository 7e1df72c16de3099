// host/base/want_of_memory.h - what goes on where there is no memory for a moment.
#pragma once

#include <chrono>
#include <new>
#include <thread>
#include <utility>

namespace berth::host {

// What can be left out, such as a line that tells of what was done, is done or left out.
template <class Call>
void ifMemoryAllows(Call&& call) noexcept {
    try {
        call();
    } catch (const std::bad_alloc&) {
        return;
    }
}

// What must be done is begun again until there is memory for it. Requires: it may be done twice.
template <class Call>
auto untilMemoryAllows(Call&& call) {
    constexpr std::chrono::milliseconds kPause{20};
    for (;;) {
        try {
            return call();
        } catch (const std::bad_alloc&) {
            std::this_thread::sleep_for(kPause);
        }
    }
}

}  // namespace berth::host
