// cli/plugin/plugin_command.h - `berth plugin check|describe|new|test ...`
#pragma once

#include "cli/app/command.h"

namespace berth::cli {

[[nodiscard]] Command pluginCommand();

}  // namespace berth::cli
