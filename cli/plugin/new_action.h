// cli/plugin/new_action.h - `berth plugin new NAME`
#pragma once

#include <span>
#include <string>

#include "cli/app/command.h"

namespace berth::cli {

// Returns the exit status. Throws: Failure.
[[nodiscard]] int newAction(const Invocation& call, std::span<const std::string> operands);

}  // namespace berth::cli
