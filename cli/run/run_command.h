// cli/run/run_command.h - `berth run HOST:PORT COMMAND...`
#pragma once

#include "cli/app/command.h"

namespace berth::cli {

[[nodiscard]] Command runCommand();

}  // namespace berth::cli
