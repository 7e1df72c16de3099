// host/crash/end_line.h - the line that tells how and where a process ends.
#pragma once

#include <csignal>
#include <string_view>

#include "host/crash/backtrace.h"
#include "host/crash/fixed_text.h"

namespace berth::host::crash {

// Of the calling thread. Takes no lock and no memory: signal handlers may use it.
class EndLine {
public:
    // What happened. `uncaught`: what std::terminate() was called for; may be empty.
    void describe(const siginfo_t& info, std::string_view uncaught) noexcept;
    void describe(std::string_view reason) noexcept;
    // Where.
    void trace(const Interruption& interruption) noexcept { trace_.capture(interruption); }
    // To stderr, the log, and the descriptors of alsoTell().
    void write() const noexcept;

private:
    void describeAddress(const siginfo_t& info) noexcept;

    FixedText<1024> reason_;
    FixedText<64> end_;  // in a word: "SIGSEGV"
    Backtrace trace_;
};

}  // namespace berth::host::crash
