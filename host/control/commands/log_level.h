// host/control/commands/log_level.h - the words for log levels.
#pragma once

#include <string_view>

#include "berth/log.h"

namespace berth::host::control {

[[nodiscard]] std::string_view toString(LogLevel level) noexcept;
// Throws: CommandError with the levels there are.
[[nodiscard]] LogLevel parseLogLevel(std::string_view word);

}  // namespace berth::host::control
