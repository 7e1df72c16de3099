// cli/talk/talk_options.h - how `berth talk` treats what is sent and shown.
#pragma once

#include <chrono>

#include "cli/talk/line_ends.h"

namespace berth::cli {

struct TalkOptions {
    LineEnd lineEnd = LineEnd::Newline;
    bool raw = false;  // show control characters as they are, even on a terminal
    bool history = true;
    std::chrono::milliseconds silenceLimit{0};  // nothing in either direction; 0: none
};

}  // namespace berth::cli
