// host/log/last_words.h - the last line of a process, written by its signal handlers.
#pragma once

#include "host/log/log_event.h"
#include "host/log/log_options.h"

namespace berth::host::last_words {

// Where and how the host logs from here on. What a signal handler uses is kept for the whole
// process: the last call counts. Threads: one at a time.
void directTo(const LogOptions& options);

// Writes the event to stderr, and to the log as well when that is a file or syslog. Takes no lock
// and no memory, and waits for no reader for longer than a moment.
// Threads: one at a time; a signal handler may call it.
void write(const LogEvent& event) noexcept;

}  // namespace berth::host::last_words
