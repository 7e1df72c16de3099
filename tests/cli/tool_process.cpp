// tests/cli/tool_process.cpp
#include "cli/tool_process.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace berth::test {
namespace {

void check(int result, const char* what) {
    if (result != 0) throw std::system_error(result, std::generic_category(), what);
}

// The parent's end and the child's end of a pipe.
struct Pipe {
    UniqueFd read;
    UniqueFd write;
    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) check(errno, "pipe2");
        read = UniqueFd(ends[0]);
        write = UniqueFd(ends[1]);
    }
};

class SpawnPlan {
public:
    SpawnPlan() {
        check(::posix_spawn_file_actions_init(&actions_), "file actions");
        check(::posix_spawnattr_init(&attributes_), "attributes");
        sigset_t defaults;
        ::sigemptyset(&defaults);
        ::sigaddset(&defaults, SIGPIPE);
        ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
    ~SpawnPlan() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }

    void use(int fd, int as) {
        check(::posix_spawn_file_actions_adddup2(&actions_, fd, as), "dup2");
    }
    // The first terminal that the leader of a session opens is its controlling one.
    void useTerminal(const char* path) {
        ownSession_ = true;
        check(::posix_spawn_file_actions_addopen(&actions_, 0, path, O_RDWR, 0), "open");
        use(0, 1);
        use(0, 2);
    }
    void useFile(const std::filesystem::path& file) {
        check(::posix_spawn_file_actions_addopen(&actions_, 0, file.c_str(), O_RDONLY, 0), "open");
    }
    void startIn(const std::filesystem::path& directory) {
        check(::posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str()), "chdir");
    }
    pid_t run(std::vector<std::string> arguments, std::vector<std::string> environment) {
        const int flags = POSIX_SPAWN_SETSIGDEF | (ownSession_ ? POSIX_SPAWN_SETSID : 0);
        ::posix_spawnattr_setflags(&attributes_, static_cast<short>(flags));
        const auto pointers = [](std::vector<std::string>& texts) {
            std::vector<char*> list;
            for (auto& text : texts) list.push_back(text.data());
            list.push_back(nullptr);
            return list;
        };
        pid_t pid = -1;
        check(::posix_spawn(&pid, arguments.front().c_str(), &actions_, &attributes_,
                            pointers(arguments).data(), pointers(environment).data()),
              "posix_spawn");
        return pid;
    }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
    bool ownSession_ = false;
};

std::vector<std::string> environmentFor(const ToolOptions& options) {
    auto environment = options.environment;  // of two values of a name the first counts
    environment.insert(environment.end(),
                       {"PATH=/usr/bin:/bin", "HOME=/nonexistent", "TERM=xterm"});
    for (const auto* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"}) {
        const auto* const value = ::getenv(name);
        if (value != nullptr) environment.push_back(std::string(name) + "=" + value);
    }
    return environment;
}

}  // namespace

ToolProcess::ToolProcess(const std::vector<std::string>& arguments, const ToolOptions& options) {
    std::vector<std::string> words{std::string(BERTH_TEST_BINARY_DIR) + "/bin/berth"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    SpawnPlan plan;
    plan.startIn(options.directory);
    if (options.terminal) {
        int main = -1;
        int side = -1;
        std::array<char, 128> name{};
        const winsize size{24, 80, 0, 0};
        if (::openpty(&main, &side, name.data(), nullptr, &size) != 0) check(errno, "openpty");
        output_ = UniqueFd(main);
        const UniqueFd sideFd(side);
        ::fcntl(main, F_SETFD, FD_CLOEXEC);
        ::fcntl(side, F_SETFD, FD_CLOEXEC);
        plan.useTerminal(name.data());
        pid_ = plan.run(words, environmentFor(options));
        return;
    }
    Pipe in;
    Pipe out;
    Pipe err;
    if (options.inputFile.empty()) {
        plan.use(in.read.value(), 0);
    } else {
        plan.useFile(options.inputFile);
    }
    plan.use(out.write.value(), 1);
    plan.use(err.write.value(), 2);
    pid_ = plan.run(words, environmentFor(options));
    input_ = std::move(in.write);
    output_ = std::move(out.read);
    errors_ = std::move(err.read);
}

ToolProcess::~ToolProcess() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
}

void ToolProcess::send(std::string_view text) {
    const int fd = input_ ? input_.value() : output_.value();
    while (!text.empty()) {
        const auto count = ::write(fd, text.data(), text.size());
        if (count < 0 && errno == EPIPE) return;  // the tool has ended; its status tells why
        if (count < 0) check(errno, "write");
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

void ToolProcess::signal(int number) const {
    ::kill(pid_, number);
}

void ToolProcess::collect(UniqueFd& from, std::string& to) {
    std::array<char, 65536> buffer{};
    const auto count = ::read(from.value(), buffer.data(), buffer.size());
    if (count > 0) {
        to.append(buffer.data(), static_cast<std::size_t>(count));
    } else {
        from.reset();  // a terminal reports its end as an error
    }
}

void ToolProcess::readSome() {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
    std::array<pollfd, 2> polls{pollfd{output_ ? output_.value() : -1, POLLIN, 0},
                                pollfd{errors_ ? errors_.value() : -1, POLLIN, 0}};
    if (left <= 0 || ::poll(polls.data(), polls.size(), static_cast<int>(left)) == 0) {
        throw std::runtime_error("berth hangs; it said: " + result_.out + result_.err);
    }
    if (polls[0].revents != 0) collect(output_, result_.out);
    if (polls[1].revents != 0) collect(errors_, result_.err);
}

std::string ToolProcess::readUntil(std::string_view wanted) {
    for (;;) {
        const auto at = result_.out.find(wanted, seen_);
        if (at != std::string::npos) {
            const auto end = at + wanted.size();
            auto text = result_.out.substr(seen_, end - seen_);
            seen_ = end;
            return text;
        }
        if (!output_) {
            throw std::runtime_error("berth ended without saying \"" + std::string(wanted) +
                                     "\"; it said: " + result_.out + result_.err);
        }
        readSome();
    }
}

ToolResult ToolProcess::wait() {
    while (output_ || errors_) readSome();
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
    pid_ = -1;
    result_.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result_;
}

ToolResult runTool(const std::vector<std::string>& arguments, const ToolOptions& options,
                   std::string_view input) {
    ToolProcess tool(arguments, options);
    tool.send(input);
    tool.closeInput();
    return tool.wait();
}

}  // namespace berth::test
