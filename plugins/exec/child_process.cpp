// plugins/exec/child_process.cpp
#include "exec/child_process.h"

#include <poll.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "berth/detail/require.h"
#include "berth/detail/uninterrupted.h"

namespace berth::exec {
namespace {

// A killed process is dead within microseconds, or when a disk answers.
constexpr int kPatienceMilliseconds = 1000;

}  // namespace

std::string signalName(int number) {
    if (number >= SIGRTMIN && number <= SIGRTMAX) {
        return number == SIGRTMIN ? "RTMIN" : "RTMIN+" + std::to_string(number - SIGRTMIN);
    }
    const char* name = ::sigabbrev_np(number);
    return name != nullptr ? name : std::to_string(number);
}

ChildProcess::ChildProcess(pid_t pid, Clock::time_point started, GroupTable::Entry entry,
                           UniqueFd exitEvent, UniqueFd out, UniqueFd err, Reaper& reaper) noexcept
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
    siginfo_t status{};
    const auto id = static_cast<id_t>(exitEvent_.value());
    const auto looked =
        detail::uninterrupted([&] { return ::waitid(P_PIDFD, id, &status, WEXITED | WNOHANG); });
    if (looked == 0 && status.si_pid == 0) return std::nullopt;
    pid_ = -1;
    return ExitStatus{status.si_code != CLD_EXITED, status.si_status};
}

std::error_code ChildProcess::end() noexcept {
    if (pid_ < 0) return {};
    std::error_code failed;
    for (int tries = 0; tries < 2; ++tries) {
        failed.clear();
        if (!signalGroup(SIGKILL)) failed = {errno, std::generic_category()};
        pollfd exited{exitEvent_.value(), POLLIN, 0};
        const int patience = failed ? 0 : kPatienceMilliseconds;
        detail::uninterrupted([&] { return ::poll(&exited, 1, patience); });
        if (reap()) return {};
        if (!failed) break;
    }
    reaper_.adopt(std::move(exitEvent_));
    pid_ = -1;
    return failed;
}

}  // namespace berth::exec
