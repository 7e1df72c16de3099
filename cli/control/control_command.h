// cli/control/control_command.h - `berth VERB ...`: one request to the control port.
#pragma once

#include <string>
#include <vector>

#include "cli/app/command.h"

namespace berth::cli {

// The options of every request, --json and --control among them.
[[nodiscard]] std::vector<Option> controlOptions();

// The verbs that a host of this version knows, and `control`, which sends any request.
[[nodiscard]] std::vector<Command> controlCommands();

// A verb that the tool does not know: sent as it is, for a newer host may.
[[nodiscard]] Command unlistedCommand(const std::string& verb);

}  // namespace berth::cli
