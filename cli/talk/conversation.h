// cli/talk/conversation.h - a person at a terminal talks to a service.
#pragma once

#include "cli/app/console.h"
#include "cli/net/channel.h"
#include "cli/talk/talk_options.h"

namespace berth::cli {

// Sends each line that is entered; shows what arrives above the line that is being typed. Ctrl-D
// half-closes and waits for the service's last words. Returns when the service has closed.
// Throws: Failure.
void converse(Channel& channel, const Console& console, const TalkOptions& options);

}  // namespace berth::cli
