// plugins/exec/start_child.cpp - the code between fork and exec.
//
// The host has many threads: what runs in the child may call nothing but system calls. It takes no
// lock, allocates nothing, and changes nothing that the parent could see.
#include "exec/start_child.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include "exec/launcher.h"

namespace berth::exec {
namespace {

using Step = StartFailure::Step;

// The conventional exit code of a command that could not be run.
constexpr int kNotRun = 127;

[[noreturn]] void giveUp(const ChildSetup& setup, Step step) noexcept {
    const StartFailure failure{step, errno};
    setup.failure = failure;
    if (setup.plan.identity) {
        while (::write(setup.report, &failure, sizeof failure) < 0 && errno == EINTR) continue;
    }
    ::_exit(kNotRun);
}

// The supervisor ends what is entered when the host dies. Who enters itself later than that, does.
void enterGroup(const ChildSetup& setup) noexcept {
    setup.group.store(::getpid());
    if (::getppid() != setup.host) ::_exit(kNotRun);
}

bool connectStreams(const ChildSetup& setup) noexcept {
    return ::dup2(setup.input, STDIN_FILENO) >= 0 && ::dup2(setup.out, STDOUT_FILENO) >= 0 &&
           ::dup2(setup.err, STDERR_FILENO) >= 0;
}

// No descriptor that is to be passed lies where another one goes to.
bool passDescriptors(std::span<const UniqueFd> passed) noexcept {
    int number = kFirstPassed;
    for (const auto& each : passed) {
        if (::dup2(each.value(), number++) < 0) return false;
    }
    return true;
}

bool applyLimits(const LaunchPlan& plan) noexcept {
    for (const auto& limit : plan.limits) {
        if (::setrlimit(limit.resource, &limit.value) != 0) return false;
    }
    ::umask(plan.umask);
    errno = 0;
    return plan.nice == 0 || ::nice(plan.nice) != -1 || errno == 0;
}

// glibc's own functions would make every thread of the parent change its user.
bool becomeUser(const LaunchPlan& plan) noexcept {
    if (plan.identity) {
        const auto& [user, group, groups] = *plan.identity;
        if (::syscall(SYS_setgroups, groups.size(), groups.data()) != 0 ||
            ::syscall(SYS_setresgid, group, group, group) != 0 ||
            ::syscall(SYS_setresuid, user, user, user) != 0) {
            return false;
        }
    }
    return !plan.noNewPrivileges || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

// Programs expect signals as a login gives them: none ignored, none blocked.
void resetSignals() noexcept {
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void becomeProgram(const ChildSetup& setup) noexcept {
    if (::setsid() < 0) giveUp(setup, Step::Session);
    enterGroup(setup);
    if (!connectStreams(setup)) giveUp(setup, Step::Streams);
    if (::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) != 0) {
        giveUp(setup, Step::Descriptors);
    }
    if (!passDescriptors(setup.passed)) giveUp(setup, Step::Paths);
    if (!applyLimits(setup.plan)) giveUp(setup, Step::Limits);
    if (!becomeUser(setup.plan)) giveUp(setup, Step::User);
    if (::fchdir(setup.directory) != 0) giveUp(setup, Step::Directory);
    resetSignals();
    ::execve(setup.arguments[0], setup.arguments, setup.environment);
    giveUp(setup, Step::Program);
}

}  // namespace

std::string describe(const StartFailure& failure, const char* program) {
    const auto what = [&]() -> std::string {
        switch (failure.step) {
            case Step::Session:
                return "cannot make a session";
            case Step::Streams:
                return "cannot connect the output";
            case Step::Descriptors:
                return "cannot close descriptors (it needs Linux 5.11 or newer)";
            case Step::Paths:
                return "cannot hand the paths over";
            case Step::Limits:
                return "cannot set a limit";
            case Step::User:
                return "cannot become the user of run_as";
            case Step::Directory:
                return "cannot enter the working directory";
            case Step::Program:
                break;
        }
        return std::string("cannot run ") + program;
    };
    return what() + ": " + std::generic_category().message(failure.error);
}

pid_t startChild(const ChildSetup& setup) noexcept {
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    // A handler of the host's must not run in the child, which may share the host's memory.
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    // vfork copies no page tables, however large the host is, and returns when the child runs its
    // program or is gone. A child that changes its user gets memory of its own: until exec, that
    // user could otherwise look into the host's.
    const pid_t pid = setup.plan.identity ? ::fork() : ::vfork();
    if (pid == 0) becomeProgram(setup);
    const int error = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return pid;
}

}  // namespace berth::exec
