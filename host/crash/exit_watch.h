// host/crash/exit_watch.h - a plugin that calls exit() is told, and the process fails.
#pragma once

namespace berth::host::crash {

// What a process exits with that a plugin ended: EX_SOFTWARE, so that service managers start it
// again.
inline constexpr int kEndedByPlugin = 70;

// While it lives, exit(3) and quick_exit(3) are somebody else's decision: one line tells which
// call, and the process ends at once with kEndedByPlugin, before destructors of what other threads
// still use. _exit(2) cannot be noticed.
//
// Threads: one. Lifetime: of one object at a time.
class ExitWatch {
public:
    ExitWatch();
    ExitWatch(const ExitWatch&) = delete;
    ExitWatch& operator=(const ExitWatch&) = delete;
    ~ExitWatch();

    // Puts the watch before whatever a library that was loaded meanwhile has the process do at its
    // end. Nothing without a watch. Threads: any.
    static void goFirst() noexcept;
};

}  // namespace berth::host::crash
