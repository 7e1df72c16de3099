// plugins/exec/launcher.cpp
#include "exec/launcher.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "berth/detail/uninterrupted.h"
#include "exec/start_child.h"

namespace berth::exec {
namespace {

constexpr int kFirstFree = 3;

// Moves a descriptor out of the way of the child's standard streams.
UniqueFd aboveStreams(UniqueFd fd) {
    if (!fd || fd.value() >= kFirstFree) return fd;
    return UniqueFd(::fcntl(fd.value(), F_DUPFD_CLOEXEC, kFirstFree));
}

struct Pipe {
    UniqueFd read;
    UniqueFd write;

    [[nodiscard]] explicit operator bool() const noexcept { return read && write; }
};

Pipe makePipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return {};
    Pipe pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
    return {aboveStreams(std::move(pipe.read)), aboveStreams(std::move(pipe.write))};
}

// What a child uses between fork and exec, out of the way of what its program is given.
struct Kept {
    std::vector<UniqueFd> passed;
    UniqueFd ownDirectory;
    int directory = -1;
};

// Nothing, with errno, when there are no descriptors left.
std::optional<Kept> moveAbove(const Command& command, Pipe& report) {
    Kept kept;
    kept.directory = command.directory.value();
    if (command.passed.empty()) return kept;
    const int least = kFirstPassed + static_cast<int>(command.passed.size());
    const auto copy = [least](const UniqueFd& fd) {
        return UniqueFd(::fcntl(fd.value(), F_DUPFD_CLOEXEC, least));
    };
    for (const auto& each : command.passed) {
        kept.passed.push_back(copy(each));
        if (!kept.passed.back()) return std::nullopt;
    }
    kept.ownDirectory = copy(command.directory);
    kept.directory = kept.ownDirectory.value();
    if (report) report.write = copy(report.write);
    if (!kept.ownDirectory || (report.read && !report.write)) return std::nullopt;
    return kept;
}

RequestError failed(const std::string& what, int error) {
    return {code::kSpawnFailed, what + ": " + std::generic_category().message(error)};
}

// A limit never goes above what the host itself may have.
void addLimit(LaunchPlan& plan, __rlimit_resource resource, std::uint64_t soft,
              std::uint64_t hard) {
    rlimit own{};
    ::getrlimit(resource, &own);
    plan.limits.push_back(
        {resource, {std::min<rlim_t>(soft, own.rlim_max), std::min<rlim_t>(hard, own.rlim_max)}});
}

LaunchPlan makePlan(const Settings& settings) {
    LaunchPlan plan;
    plan.environment = environmentLines(settings.environment);
    plan.nice = settings.nice;
    plan.umask = settings.umask.value;
    plan.noNewPrivileges = settings.noNewPrivileges;
    const auto limit = [&plan](__rlimit_resource resource, std::uint64_t value) {
        if (value != 0) addLimit(plan, resource, value, value);
    };
    addLimit(plan, RLIMIT_CORE, 0, 0);
    limit(RLIMIT_AS, settings.limitMemory.value);
    limit(RLIMIT_NOFILE, settings.limitFiles);
    limit(RLIMIT_NPROC, settings.limitProcesses);
    limit(RLIMIT_FSIZE, settings.limitFileSize.value);
    // One second between XCPU, which says what happened, and KILL.
    const auto seconds = static_cast<std::uint64_t>(settings.limitCpu.count());
    if (seconds != 0) addLimit(plan, RLIMIT_CPU, seconds, seconds + 1);
    return plan;
}

std::optional<Identity> identityFor(const std::string& runAs) {
    if (runAs.empty()) return std::nullopt;
    auto identity = findIdentity(runAs);
    if (const auto* problem = std::get_if<std::string>(&identity)) {
        throw std::runtime_error("run_as: " + *problem);
    }
    if (::geteuid() != 0) {
        throw std::runtime_error("run_as = " + runAs +
                                 " needs a host that root started; start it as root, or remove "
                                 "run_as and start it as that user");
    }
    return std::get<Identity>(std::move(identity));
}

// A host inherits this from whoever started it.
void requireChildStatus() {
    struct sigaction action {};
    ::sigaction(SIGCHLD, nullptr, &action);
    if (action.sa_handler == SIG_IGN || (action.sa_flags & SA_NOCLDWAIT) != 0) {
        throw std::runtime_error(
            "SIGCHLD is ignored, so the exit status of commands would be lost; start the host "
            "with the signal's default action");
    }
}

// Pointers to texts that stay where they are, as execve wants them.
std::vector<char*> pointersTo(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

// Waits until the child runs its program, or has told why it does not.
std::optional<StartFailure> readReport(Pipe& report) {
    report.write.reset();
    StartFailure failure{};
    ssize_t count = 0;
    do {
        count = ::read(report.read.value(), &failure, sizeof failure);
    } while (count < 0 && errno == EINTR);
    if (count != static_cast<ssize_t>(sizeof failure)) return std::nullopt;
    return failure;
}

}  // namespace

Launcher::Launcher(const Settings& settings)
    : plan_(makePlan(settings)),
      environment_(pointersTo(plan_.environment)),
      input_(aboveStreams(UniqueFd(detail::openFile("/dev/null", O_RDONLY | O_CLOEXEC)))) {
    if (!input_) throw std::system_error(errno, std::generic_category(), "/dev/null");
    requireChildStatus();
    plan_.identity = identityFor(settings.runAs);
}

std::variant<ChildProcess, RequestError> Launcher::launch(const Command& command,
                                                          GroupTable& groups,
                                                          Reaper& reaper) const {
    const auto started = ChildProcess::Clock::now();
    auto out = makePipe();
    auto err = makePipe();
    auto report = plan_.identity ? makePipe() : Pipe();
    if (!out || !err || (plan_.identity && !report)) return failed("cannot make a pipe", errno);
    const auto kept = moveAbove(command, report);
    if (!kept) return failed("cannot hand the paths over", errno);
    auto entry = groups.enter();
    Reaper::Child exitEvent(1);
    const auto pointers = pointersTo(command.arguments);
    std::optional<StartFailure> failure;
    const ChildSetup setup{pointers.data(),   environment_.data(),  plan_,           input_.value(),
                           out.write.value(), err.write.value(),    kept->directory, kept->passed,
                           failure,           report.write.value(), entry.row(),     ::getpid()};
    const pid_t pid = startChild(setup);
    if (pid < 0) return failed("cannot make a process", errno);
    out.write.reset();
    err.write.reset();
    if (plan_.identity) failure = readReport(report);
    exitEvent.front() = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (failure || !exitEvent.front()) {
        const int error = errno;
        ::kill(-pid, SIGKILL);
        entry.clear();
        ::waitpid(pid, nullptr, 0);
        if (failure) return RequestError{code::kSpawnFailed, describe(*failure, pointers[0])};
        return failed("cannot watch a process", error);
    }
    ::fcntl(out.read.value(), F_SETFL, O_NONBLOCK);
    ::fcntl(err.read.value(), F_SETFL, O_NONBLOCK);
    return ChildProcess(pid, started, std::move(entry), std::move(exitEvent), std::move(out.read),
                        std::move(err.read), reaper);
}

}  // namespace berth::exec
