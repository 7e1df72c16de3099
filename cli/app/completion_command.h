// cli/app/completion_command.h - `berth completion bash`
#pragma once

#include <string>
#include <vector>

#include "cli/app/command.h"

namespace berth::cli {

[[nodiscard]] Command completionCommand();

// The script that completes commands, their options, and files where files are wanted.
[[nodiscard]] std::string bashCompletion(const std::vector<Command>& commands);

}  // namespace berth::cli
