// host/control/commands/command_table.h - every verb of the control port, once.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/control/commands/command.h"

namespace berth::host::control {

// In the order in which `help` shows them.
[[nodiscard]] std::span<const Command> commandTable();
[[nodiscard]] const Command* findCommand(std::string_view name);
// `there is no request "statsu"; did you mean "stats"?`
[[nodiscard]] std::string unknownCommand(std::string_view name);

}  // namespace berth::host::control
