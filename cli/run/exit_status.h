// cli/run/exit_status.h - the exit status of `berth run`, as a shell would give it.
#pragma once

#include <string_view>

#include "cli/run/frame_parser.h"

namespace berth::cli {

// 0 to 255 as the command ended; 128 and the signal's number; and for what the service refused:
// 124 it ran too long, 125 the service ended it, 126 it may not be run, 127 there is none.
[[nodiscard]] int exitStatusOf(const CommandEnd& end) noexcept;

// The number of a signal by its name, `TERM` or `SIGTERM`; 0 when there is none of that name.
[[nodiscard]] int signalNumber(std::string_view name) noexcept;

}  // namespace berth::cli
