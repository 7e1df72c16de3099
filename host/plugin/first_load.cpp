// host/plugin/first_load.cpp
#include "host/plugin/first_load.h"

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
#include <cstring>
#include <exception>
#include <system_error>

#include "berth/detail/uninterrupted.h"
#include "berth/inspect/plugin_library.h"
#include "berth/units.h"
#include "host/base/spawn_plan.h"
#include "host/base/unique_fd.h"
#include "host/plugin/content_digest.h"
#include "host/plugin/plugin_error.h"

namespace berth::host {
namespace {

using detail::uninterrupted;

constexpr char kBegins = '(';
constexpr char kCameBack = ')';

struct Outcome {
    int waitError = 0;  // why it could not be waited for
    bool inTime = false;
    bool began = false;
    bool cameBack = false;
    int status = 0;  // as waitpid() tells it
};

// Throws: PluginError.
pid_t start(const std::filesystem::path& program, const std::filesystem::path& file, int word) {
    try {
        SpawnPlan plan(word);
        plan.withoutStreams();
        return plan.start(program, {"berthd", kOpenPluginOption, file.string()}, ownEnvironment());
    } catch (const std::system_error& error) {
        throw PluginError("no process can be started to open plugins in: " +
                          error.code().message());
    }
}

// Until it is gone or the time is over; then nothing is left of it.
Outcome outcomeOf(pid_t pid, const UniqueFd& word, std::chrono::milliseconds limit) {
    Outcome outcome;
    const UniqueFd life(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    const auto until = std::chrono::steady_clock::now() + limit;
    // Where pidfd_open(2) is not allowed, the word's pipe tells: its end closes with the process.
    const short end = life ? POLLIN : 0;  // which is told unasked; words are no end
    pollfd gone{life ? life.value() : word.value(), end, 0};
    int ready = -1;
    do {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        ready = ::poll(&gone, 1, left.count() > 0 ? static_cast<int>(left.count()) : 0);
    } while (ready < 0 && errno == EINTR);
    if (ready < 0) outcome.waitError = errno;
    outcome.inTime = ready > 0;
    ::kill(-pid, SIGKILL);
    ::kill(pid, SIGKILL);  // one that left its group
    uninterrupted([&] { return ::waitpid(pid, &outcome.status, 0); });
    std::array<char, 2> said{};
    const auto count =
        uninterrupted([&] { return ::read(word.value(), said.data(), said.size()); });
    if (count < 0) outcome.waitError = errno;
    outcome.began = said[0] == kBegins;
    outcome.cameBack = said[1] == kCameBack;
    return outcome;
}

std::string endOf(int status) {
    if (!WIFSIGNALED(status)) return "called exit(" + std::to_string(WEXITSTATUS(status)) + ")";
    const auto* const name = ::sigabbrev_np(WTERMSIG(status));
    return std::string("crashed with SIG") + (name != nullptr ? name : "?");
}

std::string problemOf(const Outcome& outcome, std::chrono::milliseconds limit) {
    if (outcome.waitError != 0) {
        return "the process that was started to open it cannot be waited for: " +
               std::generic_category().message(outcome.waitError);
    }
    if (!outcome.inTime) {
        return "its static initialisers did not come back within " + formatDuration(limit) +
               ", in a process that was started to try; raise load_timeout in [host] if they need "
               "longer";
    }
    if (outcome.cameBack) return {};
    const auto what = outcome.began ? " while it was opened, in a process that was started to try: "
                                      "its static initialisers are at fault"
                                    : " in a process that was started to try, before it was "
                                      "opened: see what that printed";
    return endOf(outcome.status) + what;
}

}  // namespace

void FirstLoad::require(const StagedFile& staged, const std::filesystem::path& source) {
    if (program_.empty()) return;
    auto digest = contentDigest(staged.path());
    {
        const detail::Lock lock(mutex_);
        if (good_.contains(digest)) return;
    }
    attempt(staged.path(), source);
    const detail::Lock lock(mutex_);
    good_.insert(std::move(digest));
}

void FirstLoad::attempt(const std::filesystem::path& file,
                        const std::filesystem::path& source) const {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        throw PluginError("no pipe to a process that opens plugins: " +
                          std::generic_category().message(errno));
    }
    const UniqueFd word(ends[0]);
    UniqueFd wordEnd(ends[1]);
    const auto pid = start(program_, file, wordEnd.value());
    wordEnd.reset();
    const auto problem = problemOf(outcomeOf(pid, word, limit_), limit_);
    if (!problem.empty()) throw PluginError(source.string() + ": " + problem);
}

int openPluginOnTrial(const char* file) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::fcntl(SpawnPlan::kGiven, F_SETFD, FD_CLOEXEC);
    const auto say = [](char word) {
        static_cast<void>(detail::writeWhole(SpawnPlan::kGiven, {&word, 1}));
    };
    const auto comeBack = [&] {
        say(kCameBack);
        ::_exit(0);
    };
    say(kBegins);
    try {
        const inspect::PluginLibrary library(file);
        comeBack();  // before its static destructors
    } catch (const std::exception&) {
        comeBack();  // the host finds the same, and tells it
    }
    return 1;
}

}  // namespace berth::host
