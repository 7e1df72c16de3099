// host/process/daemon.h - goes to the background, and tells who waits when it serves.
#pragma once

#include <optional>

#include "host/base/unique_fd.h"

namespace berth::host {

// The process of `--daemon`. The one that was started stays at the terminal until the daemon serves
// or has ended, and leaves with its word: what is wrong is told where somebody reads it.
//
// Threads: one, before any other.
class Daemon {
public:
    // Returns in two processes. In the daemon, which is the leader of a session of its own and
    // still has the terminal's descriptors: nothing. In the one that was started: its exit code.
    // Throws: std::system_error.
    [[nodiscard]] std::optional<int> enter();

    // Lets go of the terminal, and of the process that waits. False when that one is gone, so that
    // nobody would know that this one serves. Nothing happens without enter().
    [[nodiscard]] bool ready();

    [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(word_); }

private:
    UniqueFd word_;
};

}  // namespace berth::host
