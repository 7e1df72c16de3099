// plugins/exec/child_process.cpp
#include "exec/child_process.h"

#include <cerrno>
#include <csignal>
#include <utility>

#include "berth/detail/require.h"

namespace berth::exec {
namespace {

// A killed process is dead within microseconds, or when a disk answers.
constexpr std::chrono::milliseconds kPatience{1000};

}  // namespace

ChildProcess::ChildProcess(pid_t pid, Clock::time_point started, GroupTable::Entry entry,
                           Reaper::Child exitEvent, UniqueFd out, UniqueFd err,
                           Reaper& reaper) noexcept
    : pid_(pid),
      started_(started),
      entry_(std::move(entry)),
      exitEvent_(std::move(exitEvent)),
      out_(std::move(out)),
      err_(std::move(err)),
      reaper_(reaper) {}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      started_(other.started_),
      entry_(std::move(other.entry_)),
      exitEvent_(std::move(other.exitEvent_)),
      out_(std::move(other.out_)),
      err_(std::move(other.err_)),
      reaper_(other.reaper_) {}

ChildProcess::~ChildProcess() {
    end();
}

bool ChildProcess::signalGroup(int number) const noexcept {
    BERTH_REQUIRE(pid_ > 0);
    return ::kill(-pid_, number) == 0 || errno == ESRCH;
}

std::optional<ExitStatus> ChildProcess::reap() noexcept {
    entry_.clear();
    const auto reaped = reapNow(exitEvent_.front());
    if (reaped.gone) pid_ = -1;
    return reaped.status;
}

EndedChild ChildProcess::end() noexcept {
    EndedChild ended;
    ended.reaped.gone = pid_ < 0;
    if (ended.reaped.gone) return ended;
    for (int tries = 0; tries < 2; ++tries) {
        ended.failed.clear();
        if (!signalGroup(SIGKILL)) ended.failed = {errno, std::generic_category()};
        entry_.clear();
        const auto patience = ended.failed ? std::chrono::milliseconds(0) : kPatience;
        ended.reaped = reapBy(exitEvent_.front(), Clock::now() + patience);
        if (ended.reaped.gone || !ended.failed) break;
    }
    pid_ = -1;
    if (ended.reaped.gone) {
        ended.failed.clear();
    } else {
        reaper_.adopt(std::move(exitEvent_));
    }
    return ended;
}

}  // namespace berth::exec
