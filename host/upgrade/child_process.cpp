// host/upgrade/child_process.cpp - posix_spawn(3) with the signals of an ordinary start.
#include "host/upgrade/child_process.h"

#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string_view>
#include <system_error>

#include "host/unique_fd.h"

namespace berth::host {
namespace {

constexpr int kChannelInChild = 3;

// The environment of this process, with where the channel is.
std::vector<std::string> environment() {
    const std::string name = std::string(kUpgradeVariable) + "=";
    std::vector<std::string> result{name + std::to_string(kChannelInChild)};
    for (char** entry = environ; *entry != nullptr; ++entry) {
        if (!std::string_view(*entry).starts_with(name)) result.emplace_back(*entry);
    }
    return result;
}

// The daemon that this process became goes on in the new one.
std::vector<std::string> commandLine(const ProgramStart& start) {
    std::vector<std::string> words{start.binary.string()};
    for (const auto& argument : start.arguments) {
        if (argument != "--daemon") words.push_back(argument);
    }
    return words;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> list;
    for (auto& text : texts) list.push_back(text.data());
    list.push_back(nullptr);
    return list;
}

// What posix_spawn() is told beyond the words, with its memory.
struct SpawnPlan {
    SpawnPlan(const ProgramStart& start, int channel) {
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawnattr_init(&attributes);
        ::posix_spawn_file_actions_addchdir_np(&actions, start.folder.c_str());
        // Also when the numbers are equal: then it is no longer closed by exec.
        ::posix_spawn_file_actions_adddup2(&actions, channel, kChannelInChild);
        sigset_t none;
        sigset_t ordinary;
        sigemptyset(&none);
        sigemptyset(&ordinary);
        sigaddset(&ordinary, SIGPIPE);
        ::posix_spawnattr_setsigmask(&attributes, &none);
        ::posix_spawnattr_setsigdefault(&attributes, &ordinary);
        ::posix_spawnattr_setpgroup(&attributes, 0);
        ::posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
    ~SpawnPlan() {
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};
};

std::string describe(int status) {
    if (WIFEXITED(status)) return "exit status " + std::to_string(WEXITSTATUS(status));
    return "signal " + std::to_string(WTERMSIG(status));
}

}  // namespace

ChildProcess::ChildProcess(const ProgramStart& start, int channel) {
    auto words = commandLine(start);
    auto variables = environment();
    const SpawnPlan plan(start, channel);
    const auto error = ::posix_spawn(&pid_, start.binary.c_str(), &plan.actions, &plan.attributes,
                                     pointers(words).data(), pointers(variables).data());
    if (error != 0) {
        throw std::system_error(error, std::generic_category(),
                                "cannot start " + start.binary.string());
    }
}

ChildProcess::~ChildProcess() {
    if (owned_) static_cast<void>(end(std::chrono::milliseconds(0)));
}

std::string ChildProcess::end(std::chrono::milliseconds limit) {
    owned_ = false;
    // The header of glibc 2.36 declares it for C only.
    const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    pollfd ended{process.value(), POLLIN, 0};
    const bool byItself =
        process && limit.count() > 0 && ::poll(&ended, 1, static_cast<int>(limit.count())) > 0;
    // Also what it started, such as the berthd behind a script. Not waited for so far, it keeps the
    // group's number from being another's.
    ::kill(-pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    return byItself ? describe(status) : "killed";
}

}  // namespace berth::host
