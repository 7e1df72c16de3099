// plugins/exec/start_child.h - makes a process and turns it into a program.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace berth::exec {

struct LaunchPlan;

// What a child needs; all of it is made before there is one. Descriptors are above 2.
// Lifetime: borrows everything.
struct ChildSetup {
    char* const* arguments;  // ends with null; the program comes first
    char* const* environment;
    const LaunchPlan& plan;
    int input;
    int out;
    int err;
    int directory;
    int report;  // where a child that fails tells why
};

// What a child writes to `report`. Nothing comes when the program runs.
struct StartFailure {
    enum class Step : std::int32_t {
        Session,
        Streams,
        Descriptors,
        Limits,
        User,
        Directory,
        Program
    };
    Step step;
    std::int32_t error;  // errno
};

[[nodiscard]] std::string describe(const StartFailure& failure, const char* program);

// The child's pid, or -1 with errno. The child has run its program, or reported, before it is
// waited for by a read of the report's other end.
//
// Poco::Process and posix_spawn are not used: neither sets limits, users or a umask in the child,
// and Poco's closes descriptors one by one after a full fork and knows no process groups.
[[nodiscard]] pid_t startChild(const ChildSetup& setup) noexcept;

}  // namespace berth::exec
