// cli/app/command_table.h - every command of the tool, in the order in which help lists them.
#pragma once

#include <vector>

#include "cli/app/command.h"

namespace berth::cli {

[[nodiscard]] std::vector<Command> makeCommandTable();

}  // namespace berth::cli
