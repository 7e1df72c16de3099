// cli/bench/bench_command.h - `berth bench ...`: the load generator.
#pragma once

#include "cli/app/command.h"

namespace berth::cli {

[[nodiscard]] Command benchCommand();

}  // namespace berth::cli
