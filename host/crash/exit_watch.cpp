// host/crash/exit_watch.cpp
#include "host/crash/exit_watch.h"

#include <cxxabi.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "berth/detail/mutex.h"
#include "host/crash/crash_report.h"
#include "host/crash/fixed_text.h"

namespace berth::host::crash {
namespace {

// The process whose end the host decides; 0: not now. A child that a plugin forked is another.
std::atomic<pid_t> watched{0};
// Its address stands for a library that is never closed: what is registered for it can be taken
// back.
char ownLibrary = 0;
// This thread takes the guard back, which runs it.
thread_local bool moving = false;

void onExit(int status, void*) {
    if (watched != ::getpid()) return;
    FixedText<160> reason;
    reason << "ended by exit(" << static_cast<std::uint64_t>(status & 0xff) << "): called";
    tellEnd(reason.view());
    ::_exit(kEndedByPlugin);
}

// The first that exit() calls. It does not know the status; what it registers does, and is next.
void guard(void*) {
    if (!moving && watched == ::getpid()) ::on_exit(onExit, nullptr);
}

void onQuickExit() {
    if (watched != ::getpid()) return;
    tellEnd("ended by quick_exit(): called");
    ::_exit(kEndedByPlugin);
}

}  // namespace

ExitWatch::ExitWatch() {
    watched = ::getpid();
    ::at_quick_exit(onQuickExit);
    ::on_exit(onExit, nullptr);  // for the moment in which the guard moves
    goFirst();
}

ExitWatch::~ExitWatch() {
    watched = 0;
}

// Only what was registered for a library can be taken back, so that a host that loads again and
// again does not grow.
void ExitWatch::goFirst() noexcept {
    if (watched == 0) return;
    static detail::Mutex one;
    const detail::Lock lock(one);
    moving = true;
    ::abi::__cxa_finalize(&ownLibrary);
    moving = false;
    ::abi::__cxa_atexit(guard, nullptr, &ownLibrary);
}

}  // namespace berth::host::crash
