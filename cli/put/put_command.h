// cli/put/put_command.h - `berth put FILE... HOST:PORT`
#pragma once

#include "cli/app/command.h"

namespace berth::cli {

[[nodiscard]] Command putCommand();

}  // namespace berth::cli
