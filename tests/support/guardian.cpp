// tests/support/guardian.cpp
#include "support/guardian.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <string>
#include <system_error>

namespace berth::test {
namespace {

namespace fs = std::filesystem;

// `PID (NAME) STATE PARENT ...`, where the name may hold anything.
struct Status {
    std::string name;
    bool ended = false;
    pid_t parent = 0;
};

std::optional<Status> statusOf(const fs::path& process) {
    const std::ifstream file(process / "stat");
    std::ostringstream content;
    content << file.rdbuf();  // does not throw when the process ends meanwhile
    const auto text = content.str();
    const auto open = text.find('(');
    const auto close = text.rfind(") ");
    if (close == std::string::npos) return std::nullopt;
    return Status{text.substr(open + 1, close - open - 1), text[close + 2] == 'Z',
                  static_cast<pid_t>(std::stol(text.substr(close + 4)))};
}

// Kills the children that there are now; those of theirs become this process's, as of a subreaper.
void killChildren(std::set<pid_t>& killed) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
        const auto name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        const auto status = statusOf(entry.path());
        if (!status || status->parent != ::getpid() || status->ended) continue;
        const auto pid = static_cast<pid_t>(std::stol(name));
        if (::kill(pid, SIGKILL) == 0 && killed.insert(pid).second) {
            std::cerr << "left running, and killed: " << status->name << '\n';
        }
    }
}

// The status of the child; those that became this process's and have ended are reaped on the way.
std::optional<int> takeStatus(pid_t child) {
    int status = 0;
    for (pid_t ended = 0; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {
        if (ended != child) continue;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return std::nullopt;
}

int watch(pid_t child, const sigset_t& signals) {
    for (;;) {
        if (const auto status = takeStatus(child)) return *status;
        int number = 0;
        ::sigwait(&signals, &number);
        if (number != SIGCHLD) ::kill(child, SIGKILL);
    }
}

void goOn(pid_t guardian, const sigset_t& before) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != guardian) ::_exit(1);
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

std::optional<int> guard() {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int number : {SIGCHLD, SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals, number);
    sigset_t before;
    ::sigprocmask(SIG_BLOCK, &signals, &before);
    const auto guardian = ::getpid();
    const auto child = ::fork();
    if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (child == 0) {
        goOn(guardian, before);
        return std::nullopt;
    }
    const int status = watch(child, signals);
    std::set<pid_t> killed;
    do {
        killChildren(killed);
    } while (::waitpid(-1, nullptr, 0) > 0);
    return status;
}

}  // namespace berth::test
