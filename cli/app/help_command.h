// cli/app/help_command.h - `berth help [COMMAND]` and the texts of --help and --version.
#pragma once

#include <string>
#include <vector>

#include "cli/app/command.h"

namespace berth::cli {

[[nodiscard]] Command helpCommand();

// What `berth help` prints: every command with its summary, by group.
[[nodiscard]] std::string overview(const Console& console, const std::vector<Command>& commands);

// What `berth help NAME` prints.
[[nodiscard]] std::string commandHelp(const Console& console, const Command& command);

[[nodiscard]] std::string versionText();

}  // namespace berth::cli
