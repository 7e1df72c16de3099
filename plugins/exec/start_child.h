// plugins/exec/start_child.h - makes a process and turns it into a program.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "berth/unique_fd.h"

namespace berth::exec {

struct LaunchPlan;

// The number that the first of the descriptors has which a program is given.
inline constexpr int kFirstPassed = 3;

// Why a child could not run its program. The text of it is describe()'s.
struct StartFailure {
    enum class Step : std::int32_t {
        Session,
        Streams,
        Descriptors,
        Paths,
        Limits,
        User,
        Directory,
        Program
    };
    Step step;
    std::int32_t error;  // errno
};

// What a child needs; all of it is made before there is one. Descriptors are above 2, and above
// those that the program is given.
// Lifetime: borrows everything.
struct ChildSetup {
    char* const* arguments;  // ends with null; the program comes first
    char* const* environment;
    const LaunchPlan& plan;
    int input;
    int out;
    int err;
    int directory;
    std::span<const UniqueFd> passed;  // the program has them from kFirstPassed on
    // Where a child that fails tells why; nothing comes when the program runs. One that shares
    // this process's memory puts it into `failure`; for one that changes its user `report` is a
    // pipe.
    std::optional<StartFailure>& failure;
    int report;
    std::atomic<pid_t>& group;  // where the child enters itself, for the Supervisor
    pid_t host;                 // this process
};

[[nodiscard]] std::string describe(const StartFailure& failure, const char* program);

// The child's pid, or -1 with errno. The child runs its program by then, or has reported; one that
// changes its user does either before the end of input on the other end of the report.
//
// Poco::Process and posix_spawn are not used: neither sets limits, users or a umask in the child,
// and Poco's closes descriptors one by one after a full fork and knows no process groups.
[[nodiscard]] pid_t startChild(const ChildSetup& setup) noexcept;

}  // namespace berth::exec
