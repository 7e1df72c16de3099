// plugins/exec/child_process.cpp
#include "exec/child_process.h"

#include <poll.h>
#include <sys/wait.h>

#include <csignal>
#include <cstring>
#include <utility>

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

ChildProcess::ChildProcess(pid_t pid, Clock::time_point started, UniqueFd exitEvent, UniqueFd out,
                           UniqueFd err, Reaper& reaper) noexcept
    : pid_(pid),
      started_(started),
      exitEvent_(std::move(exitEvent)),
      out_(std::move(out)),
      err_(std::move(err)),
      reaper_(reaper) {}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      started_(other.started_),
      exitEvent_(std::move(other.exitEvent_)),
      out_(std::move(other.out_)),
      err_(std::move(other.err_)),
      reaper_(other.reaper_) {}

ChildProcess::~ChildProcess() {
    end();
}

void ChildProcess::signalGroup(int number) const noexcept {
    static_cast<void>(::kill(-pid_, number));
}

std::optional<ExitStatus> ChildProcess::reap() noexcept {
    siginfo_t status{};
    const auto id = static_cast<id_t>(exitEvent_.value());
    if (::waitid(P_PIDFD, id, &status, WEXITED | WNOHANG) == 0 && status.si_pid == 0) {
        return std::nullopt;
    }
    pid_ = -1;
    return ExitStatus{status.si_code != CLD_EXITED, status.si_status};
}

void ChildProcess::end() noexcept {
    if (pid_ < 0) return;
    signalGroup(SIGKILL);
    pollfd exited{exitEvent_.value(), POLLIN, 0};
    static_cast<void>(::poll(&exited, 1, kPatienceMilliseconds));
    if (reap()) return;
    reaper_.adopt(std::move(exitEvent_));
    pid_ = -1;
}

}  // namespace berth::exec
