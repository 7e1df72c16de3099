// cli/talk/pipe.h - joins standard input and output with a service, for pipes and scripts.
#pragma once

#include "cli/app/console.h"
#include "cli/net/channel.h"
#include "cli/talk/talk_options.h"

namespace berth::cli {

// Sends standard input to its end, then half-closes; shows what the service says until it closes.
// Throws: Failure.
void pipeThrough(Channel& channel, const Console& console, const TalkOptions& options);

}  // namespace berth::cli
