// host/process/daemon.cpp - fork(2), before there is any thread.
#include "host/process/daemon.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include "berth/detail/uninterrupted.h"
#include "host/log/bounded_output.h"

namespace berth::host {

using detail::uninterrupted;

namespace {

constexpr mode_t kUmask = 027;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

int codeOf(pid_t daemon) {
    int status = 0;
    if (uninterrupted([&] { return ::waitpid(daemon, &status, 0); }) < 0) {
        tellStandardError("berthd: the daemon does not serve, and cannot be waited for: " +
                          std::generic_category().message(errno));
        return EX_SOFTWARE;
    }
    if (WIFEXITED(status)) {
        if (WEXITSTATUS(status) != 0) return WEXITSTATUS(status);
        tellStandardError("berthd: the daemon was told to end before it served");
        return EX_SOFTWARE;
    }
    tellStandardError("berthd: the daemon was ended by signal " + std::to_string(WTERMSIG(status)) +
                      " before it served");
    return EX_SOFTWARE;
}

// Its end is watched, too: a process that it started may hold its end of the pipe open. No bound:
// what a daemon does before it serves has bounds of its own, and who waits can press Ctrl-C.
int waitForItsWord(pid_t daemon, const UniqueFd& word) {
    const UniqueFd life(static_cast<int>(::syscall(SYS_pidfd_open, daemon, 0)));
    std::array<pollfd, 2> polls{pollfd{word.value(), POLLIN, 0}, pollfd{life.value(), POLLIN, 0}};
    const auto found = uninterrupted([&] { return ::poll(polls.data(), polls.size(), -1); });
    // Without poll() the word alone is waited for.
    char ready = 0;
    const bool said = found < 0 || (polls[0].revents & POLLIN) != 0;
    if (said && uninterrupted([&] { return ::read(word.value(), &ready, 1); }) == 1) return 0;
    return codeOf(daemon);
}

}  // namespace

std::optional<int> Daemon::enter() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("cannot make a pipe");
    UniqueFd reader(ends[0]);
    UniqueFd writer(ends[1]);
    const auto child = ::fork();
    if (child < 0) fail("cannot start the daemon");
    if (child > 0) {
        writer.reset();
        return waitForItsWord(child, reader);
    }
    word_ = std::move(writer);
    ::setsid();
    ::umask(kUmask);
    return std::nullopt;
}

bool Daemon::ready() {
    if (!word_) return true;
    const UniqueFd nothing(detail::openFile("/dev/null", O_RDWR | O_CLOEXEC));
    if (!nothing) fail("cannot open /dev/null");
    for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        uninterrupted([&] { return ::dup2(nothing.value(), number); });
    }
    const auto word = std::move(word_);
    return uninterrupted([&] { return ::write(word.value(), "r", 1); }) == 1;
}

}  // namespace berth::host
