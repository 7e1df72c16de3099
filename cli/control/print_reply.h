// cli/control/print_reply.h - asks the control port and prints what it says.
#pragma once

#include <span>
#include <string>

#include "cli/app/console.h"
#include "cli/control/control_client.h"

namespace berth::cli {

// The text of the first line and the body; errors to standard error. Returns the exit status.
int printReply(ControlClient& client, std::span<const std::string> words, const Console& console);

// The same with the reply as one JSON object on one line.
int printJsonReply(ControlClient& client, std::span<const std::string> words,
                   const Console& console);

}  // namespace berth::cli
