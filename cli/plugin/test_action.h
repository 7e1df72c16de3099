// cli/plugin/test_action.h - `berth plugin test FILE.so`
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/app/command.h"

namespace berth::cli {

[[nodiscard]] std::vector<Option> testOptions();

// Returns the exit status. Throws: Failure.
[[nodiscard]] int testAction(const Invocation& call, std::span<const std::string> operands);

}  // namespace berth::cli
