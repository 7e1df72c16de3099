// cli/control/verb_table.h - the requests of the control port that the tool offers as commands.
#pragma once

#include <span>

namespace berth::cli {

struct Verb {
    const char* name;
    const char* usage;
    const char* summary;
    bool mayTakeLong = false;  // waits for clients, so silence has no limit of its own
};

// In the order in which help lists them.
[[nodiscard]] std::span<const Verb> verbTable() noexcept;

}  // namespace berth::cli
