// cli/app/suggestion.h - what to say about a command that does not exist.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/app/command.h"

namespace berth::cli {

// The command that was probably meant.
[[nodiscard]] std::optional<std::string> closestCommand(const std::string& typed,
                                                        const std::vector<Command>& commands);

// Such as `unknown command "statsu"; did you mean "status"?`.
[[nodiscard]] std::string unknownCommandText(const std::string& typed,
                                             const std::vector<Command>& commands);

}  // namespace berth::cli
