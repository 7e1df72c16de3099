// host/crash/thread_probe.h - what another thread does at this moment.
#pragma once

#include <pthread.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "berth/detail/mutex.h"

namespace berth::host::crash {

// In print, as Activity has it.
struct ThreadReport {
    std::string phase;
    std::string service;
    std::string client;
    std::uint64_t connection = 0;
    std::string plugin;
    std::string version;
    std::uint64_t generation = 0;
    std::string backtrace;
    std::string buildIds;
};

// Asks the thread itself, by a signal (SIGRTMIN+1): its handler notes down what it interrupted,
// takes no lock and no memory, and lets the thread go on. A call that waits may end with EINTR.
//
// Threads: any.
class ThreadProbe {
public:
    // Puts the signal's handler in force, for the whole process and its whole life.
    ThreadProbe();

    // Nothing when the thread does not answer within `limit`: it is in the kernel, or a sanitizer
    // holds signals back. The thread must not end meanwhile: a pthread_t cannot tell
    // whether it did.
    [[nodiscard]] std::optional<ThreadReport> ask(pthread_t thread,
                                                  std::chrono::milliseconds limit);

private:
    detail::Mutex mutex_;  // held over a question
};

}  // namespace berth::host::crash
