// host/upgrade/child_process.cpp
#include "host/upgrade/child_process.h"

#include <sys/wait.h>

#include <csignal>
#include <thread>

#include "berth/detail/uninterrupted.h"
#include "host/base/spawn_plan.h"

namespace berth::host {
namespace {

using detail::uninterrupted;

// The environment of this process, with where the channel is.
std::vector<std::string> environment() {
    const std::string name = std::string(kUpgradeVariable) + "=";
    auto variables = ownEnvironment();
    std::erase_if(variables, [&](const std::string& entry) { return entry.starts_with(name); });
    variables.push_back(name + std::to_string(SpawnPlan::kGiven));
    return variables;
}

// The daemon that this process became goes on in the new one.
std::vector<std::string> commandLine(const ProgramStart& start) {
    std::vector<std::string> words{start.binary.string()};
    for (const auto& argument : start.arguments) {
        if (argument != "--daemon") words.push_back(argument);
    }
    return words;
}

std::string describe(int status) {
    if (WIFEXITED(status)) return "exit status " + std::to_string(WEXITSTATUS(status));
    return "signal " + std::to_string(WTERMSIG(status));
}

// It stays to be waited for. Asked again and again: pidfd_open(2) is not allowed everywhere.
bool endsWithin(pid_t process, std::chrono::milliseconds limit) {
    constexpr std::chrono::milliseconds kUntilNextLook{5};
    const auto deadline = std::chrono::steady_clock::now() + limit;
    for (;;) {
        siginfo_t status{};
        const auto id = static_cast<id_t>(process);
        uninterrupted([&] { return ::waitid(P_PID, id, &status, WEXITED | WNOHANG | WNOWAIT); });
        if (status.si_pid == process) return true;
        if (std::chrono::steady_clock::now() >= deadline) return false;
        std::this_thread::sleep_for(kUntilNextLook);
    }
}

}  // namespace

ChildProcess::ChildProcess(const ProgramStart& start, int channel) {
    SpawnPlan plan(channel);
    plan.enter(start.folder);
    pid_ = plan.start(start.binary, commandLine(start), environment());
}

ChildProcess::~ChildProcess() {
    if (owned_) static_cast<void>(end(std::chrono::milliseconds(0)));
}

std::string ChildProcess::end(std::chrono::milliseconds limit) {
    owned_ = false;
    const bool byItself = limit.count() > 0 && endsWithin(pid_, limit);
    // Also what it started, such as the berthd behind a script. Not waited for so far, it keeps the
    // group's number from being another's.
    ::kill(-pid_, SIGKILL);
    int status = 0;
    uninterrupted([&] { return ::waitpid(pid_, &status, 0); });
    return byItself ? describe(status) : "killed";
}

}  // namespace berth::host
