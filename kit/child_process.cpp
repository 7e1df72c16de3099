// kit/child_process.cpp
#include "kit/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <thread>

namespace berth::kit {
namespace {

constexpr std::size_t kPiece = 4096;
constexpr int kLastMoments = 2000;  // milliseconds from its last word to its end

[[noreturn]] void throwErrno(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

// Whatever the plugin prints must not be taken for the tool's output, and what is typed is not for
// it.
[[noreturn]] void runChild(const std::function<void(int)>& body, int report) {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    std::signal(SIGPIPE, SIG_IGN);  // as in the host
    Interrupts::letThrough();
    ::setpgid(0, 0);  // Ctrl-C is for the tool, which ends this process
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
    const host::UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (nothing) ::dup2(nothing.value(), STDIN_FILENO);
    try {
        // A sanitizer's own thread comes with the first of a process: before any are counted.
        std::thread([] {}).join();
        body(report);
    } catch (...) {
        ::_exit(EXIT_FAILURE);
    }
    ::_exit(EXIT_SUCCESS);
}

}  // namespace

ChildProcess::ChildProcess(const std::function<void(int)>& body) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throwErrno("pipe2");
    words_ = host::UniqueFd(ends[0]);
    const host::UniqueFd report(ends[1]);
    pid_ = ::fork();
    if (pid_ < 0) throwErrno("fork");
    if (pid_ == 0) {
        words_.reset();
        runChild(body, report.value());
    }
    life_ = host::UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    if (!life_) throwErrno("pidfd_open");
}

ChildProcess::~ChildProcess() {
    kill();
    static_cast<void>(end());
}

std::optional<std::string> ChildProcess::read(std::chrono::milliseconds silence) {
    std::array<pollfd, 3> polls{pollfd{words_.value(), POLLIN, 0}, pollfd{life_.value(), POLLIN, 0},
                                pollfd{interrupts_.descriptor(), POLLIN, 0}};
    int ready = 0;
    do {
        ready = ::poll(polls.data(), polls.size(), static_cast<int>(silence.count()));
    } while (ready < 0 && errno == EINTR);
    if (ready <= 0) return std::nullopt;
    interrupts_.check();
    if ((polls[0].revents & POLLIN) == 0) return std::string();
    std::string piece(kPiece, '\0');
    const auto count = ::read(words_.value(), piece.data(), piece.size());
    piece.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return piece;
}

void ChildProcess::kill() noexcept {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
}

std::string ChildProcess::end() noexcept {
    if (pid_ <= 0) return {};
    pollfd life{life_.value(), POLLIN, 0};
    if (life_ && ::poll(&life, 1, kLastMoments) == 0) kill();
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
    pid_ = -1;
    if (!WIFSIGNALED(status)) return "ended with status " + std::to_string(WEXITSTATUS(status));
    const auto* const name = ::sigabbrev_np(WTERMSIG(status));
    return std::string("died of SIG") + (name != nullptr ? name : "?");
}

}  // namespace berth::kit
