// host/crash/crash_report.h - START HERE: no process ends by a fault without a word.
#pragma once

#include <string_view>

namespace berth::host::crash {

// From the first call on, SEGV, BUS, ILL, FPE, ABRT and SYS, and an exception that nobody catches,
// are told in one line before they end the process: which signal, in which call, of which service,
// client and plugin, with a backtrace. Then the signal takes its course, so that whoever started
// the host, and a core file, see the true one. With a sanitizer its own report follows.
//
// Call it before other code sets handlers, and again after: what was in force at the first call is
// what the signal is left to.
// Threads: one.
void install();

// Tells in the same form that the process ends, for a reason that is no signal. While another
// thread tells its own end, this one waits for that.
void tellEnd(std::string_view reason) noexcept;

// Each of these descriptors, of files that are open for appending, gets a line with the end's
// reason and the plugin in whose code it came. Threads: any.
void alsoTell(int descriptor) noexcept;
void tellNoMore(int descriptor) noexcept;

}  // namespace berth::host::crash
