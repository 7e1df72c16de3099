// host/process/signal_rules.h - what signals do to the process that nobody waits for.
#pragma once

namespace berth::host::signal_rules {

// No client, limit or terminal ends or stops the process: a write to a closed socket gives EPIPE,
// one beyond RLIMIT_FSIZE gives EFBIG, and a background process may write to its terminal. The exit
// status of children can be asked for, whatever the process was started with.
//
// A child that a plugin forks gets the default actions back, the signals that are blocked here, and
// none of the host's descriptors: so the ports are free when the host ends, and the child can be
// ended.
// Threads: one, before others are made.
void install();

}  // namespace berth::host::signal_rules
