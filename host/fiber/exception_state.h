// host/fiber/exception_state.h - which exceptions are being handled, kept over a fiber's switches.
#pragma once

#include <cxxabi.h>

#include <cstring>

namespace berth::host {

// The C++ runtime keeps this once for each thread. A handler that waits inside a catch block would
// find the exceptions of another handler there, so each fiber carries its own.
class ExceptionState {
public:
    // Puts this state in force on the calling thread and keeps the one that was.
    void exchangeWithThread() noexcept {
        auto* const thread = static_cast<void*>(__cxxabiv1::__cxa_get_globals());
        Globals before;
        std::memcpy(&before, thread, sizeof before);
        if (before.isEmpty() && globals_.isEmpty()) return;  // nearly always
        std::memcpy(thread, &globals_, sizeof globals_);
        globals_ = before;
    }

private:
    // As the Itanium C++ ABI, section 2.2.2, lays them out.
    struct Globals {
        void* caught = nullptr;
        unsigned uncaught = 0;

        [[nodiscard]] bool isEmpty() const noexcept { return caught == nullptr && uncaught == 0; }
    };
    Globals globals_;
};

}  // namespace berth::host
