// cli/plugin/plugin_probe.cpp
#include "cli/plugin/plugin_probe.h"

#include <Poco/Exception.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include "berth/unique_fd.h"
#include "berth/units.h"
#include "cli/plugin/probe_child.h"
#include "cli/plugin/probe_text.h"

namespace berth::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostText = std::size_t{4} << 20;

[[noreturn]] void throwErrno(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

// A child process that is ended and waited for, whatever happens.
class Child {
public:
    explicit Child(pid_t pid) noexcept : pid_(pid) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        static_cast<void>(wait());
    }

    // Waits for its end; how it ended, as waitpid() tells.
    int wait() noexcept {
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
        pid_ = -1;
        return status;
    }

private:
    pid_t pid_;
};

// In the child: whatever the plugin prints must not be taken for the tool's output.
[[noreturn]] void runChild(const std::filesystem::path& file, int report) {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    std::signal(SIGPIPE, SIG_DFL);
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
    std::string text;
    try {
        text = formatProbe(openAndAsk(file));
    } catch (...) {
        ::_exit(1);
    }
    for (std::string_view rest = text; !rest.empty();) {
        const auto count = ::write(report, rest.data(), rest.size());
        if (count < 0) ::_exit(1);
        rest.remove_prefix(static_cast<std::size_t>(count));
    }
    ::_exit(0);
}

// Everything the child wrote; nothing when it did not end in time.
std::optional<std::string> readAll(int report, Clock::time_point deadline) {
    std::string text;
    std::array<char, 4096> buffer{};
    while (text.size() < kMostText) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd poll{report, POLLIN, 0};
        const int ready = ::poll(&poll, 1, left > 0 ? static_cast<int>(left) : 0);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return std::nullopt;
        const auto count = ::read(report, buffer.data(), buffer.size());
        if (count <= 0) break;
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return text;
}

PluginProbe failed(std::string problem) {
    return {.kinds = {}, .problems = {std::move(problem)}, .warnings = {}};
}

std::string endOf(int status) {
    if (WIFSIGNALED(status)) {
        const auto* const name = ::sigabbrev_np(WTERMSIG(status));
        return std::string("crashed with SIG") + (name != nullptr ? name : "?") +
               " while it was opened";
    }
    return "ended the process while it was opened";
}

}  // namespace

PluginProbe probePlugin(const std::filesystem::path& file, std::chrono::milliseconds limit) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throwErrno("pipe2");
    UniqueFd report(ends[0]);
    UniqueFd reportEnd(ends[1]);
    const auto pid = ::fork();
    if (pid < 0) throwErrno("fork");
    if (pid == 0) runChild(file, reportEnd.value());

    Child child(pid);
    reportEnd.reset();
    const auto text = readAll(report.value(), Clock::now() + limit);
    if (!text) return failed("was not open after " + formatDuration(limit));
    const int status = child.wait();
    try {
        return parseProbe(*text);
    } catch (const Poco::Exception&) {
        return failed(endOf(status));
    }
}

}  // namespace berth::cli
