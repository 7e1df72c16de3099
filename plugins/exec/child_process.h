// plugins/exec/child_process.h - a running command: its process group and its two output pipes.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <system_error>

#include "berth/unique_fd.h"
#include "exec/exit_status.h"
#include "exec/group_table.h"
#include "exec/reaper.h"

namespace berth::exec {

// How it went to end a command.
struct EndedChild {
    Reaped reaped;           // not gone: the Reaper has it
    std::error_code failed;  // why its group could not be killed, if so
};

// A child that leads a session and a process group of its own. The pid is not reused before it
// is reaped, so signals always reach this group and no other.
//
// Threads:  one at a time.
// Lifetime: the destructor kills what is left of the group; nothing of it stays behind.
class ChildProcess {
public:
    using Clock = std::chrono::steady_clock;

    // `started` is when its start began.
    ChildProcess(pid_t pid, Clock::time_point started, GroupTable::Entry entry,
                 Reaper::Child exitEvent, UniqueFd out, UniqueFd err, Reaper& reaper) noexcept;
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&&) = delete;
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ~ChildProcess();

    [[nodiscard]] Clock::time_point started() const noexcept { return started_; }
    // Readable when the child (not its children) has ended: a pidfd.
    [[nodiscard]] int exitEvent() const noexcept { return exitEvent_.front().value(); }
    // Read ends, non-blocking.
    [[nodiscard]] UniqueFd& out() noexcept { return out_; }
    [[nodiscard]] UniqueFd& err() noexcept { return err_; }

    // Sends a signal to every process of the group. Requires: not reaped. False: errno tells why it
    // reached none of them.
    bool signalGroup(int number) const noexcept;

    // Takes the status of a child that has ended, without waiting; nothing while it runs, or is in
    // the hands of a debugger. Requires: its group was sent KILL.
    [[nodiscard]] std::optional<ExitStatus> reap() noexcept;

    // Kills the group and waits until the child can be reaped, for a while at most; the Reaper
    // takes one that needs longer. Does nothing when it is reaped already.
    EndedChild end() noexcept;

private:
    pid_t pid_;
    Clock::time_point started_;
    GroupTable::Entry entry_;
    Reaper::Child exitEvent_;
    UniqueFd out_;
    UniqueFd err_;
    Reaper& reaper_;
};

}  // namespace berth::exec
