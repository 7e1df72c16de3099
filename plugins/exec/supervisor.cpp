// plugins/exec/supervisor.cpp - what runs in the forked process may call nothing but system calls,
// and those directly: the host has many threads, whose locks are nobody's here.
#include "exec/supervisor.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <span>
#include <system_error>

#include "berth/unique_fd.h"

namespace berth::exec {
namespace {

// As `ps` and `top` show it.
constexpr const char* kProcessName = "berth-exec-end";

void closeAllBut(unsigned descriptor) noexcept {
    if (descriptor > 0) ::syscall(SYS_close_range, 0U, descriptor - 1, 0U);
    ::syscall(SYS_close_range, descriptor + 1, ~0U, 0U);
}

[[noreturn]] void supervise(int host, std::span<GroupTable::Row> groups) noexcept {
    ::syscall(SYS_setsid);
    ::syscall(SYS_chdir, "/");
    ::syscall(SYS_prctl, PR_SET_NAME, kProcessName, 0, 0, 0);
    closeAllBut(static_cast<unsigned>(host));
    pollfd dead{host, POLLIN, 0};
    while (::syscall(SYS_ppoll, &dead, 1, nullptr, nullptr, 0) < 1) {
    }
    for (const auto& row : groups) {
        if (const auto group = row.load(std::memory_order_relaxed); group > 0)
            ::syscall(SYS_kill, -group, SIGKILL);
    }
    for (;;) ::syscall(SYS_exit_group, 0);
}

}  // namespace

Supervisor::Supervisor(const GroupTable& groups) {
    const UniqueFd host(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
    if (!host) throw std::system_error(errno, std::generic_category(), "pidfd_open");
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    // A fork without a signal at its end: whoever waits for any child does not get this one. What
    // asks the host to end is not meant for it either, so its signals stay blocked.
    pid_ = static_cast<pid_t>(::syscall(SYS_clone, 0, nullptr, nullptr, nullptr, 0));
    if (pid_ == 0) supervise(host.value(), groups.rows());
    const int error = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (pid_ < 0) {
        throw std::system_error(error, std::generic_category(),
                                "cannot make the process that ends commands with the host");
    }
}

Supervisor::~Supervisor() {
    if (::kill(pid_, SIGKILL) != 0) return;  // it ends with this process
    siginfo_t status{};
    while (::waitid(P_PID, static_cast<id_t>(pid_), &status, WEXITED | __WALL) != 0 &&
           errno == EINTR) {
    }
}

}  // namespace berth::exec
