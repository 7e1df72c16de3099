// cli/talk/talk_command.h - `berth talk HOST:PORT`
#pragma once

#include "cli/app/command.h"

namespace berth::cli {

[[nodiscard]] Command talkCommand();

}  // namespace berth::cli
