// plugins/exec/exit_status.h - how a child ended, and taking that from the kernel.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "berth/unique_fd.h"

namespace berth::exec {

struct ExitStatus {
    bool signaled = false;
    int value = 0;  // the exit code, or the signal's number
};

// "KILL", "SEGV", "RTMIN+2": as `kill -l` names it.
[[nodiscard]] std::string signalName(int number);

// What the kernel says of a child when asked.
struct Reaped {
    bool gone = false;                 // it is no child any more: nothing is left to reap
    std::optional<ExitStatus> status;  // none when it is not gone, or other code took its status
};

// Reaps a child that is dead, by its pidfd, without waiting.
[[nodiscard]] Reaped reapNow(const UniqueFd& child) noexcept;

// Reaps a child as soon as it can be, until the deadline at most. That is when it is dead, and not
// in the hands of a debugger: the kernel keeps its status until that one lets go.
[[nodiscard]] Reaped reapBy(const UniqueFd& child,
                            std::chrono::steady_clock::time_point deadline) noexcept;

}  // namespace berth::exec
