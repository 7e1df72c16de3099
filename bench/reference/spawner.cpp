// bench/reference/spawner.cpp
#include "bench/reference/spawner.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

namespace berth::bench {
namespace {

struct Pipe {
    Descriptor read;
    Descriptor write;
};

Pipe makePipe() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
    return {Descriptor(ends[0]), Descriptor(ends[1])};
}

// The standard streams of a program.
class Streams {
public:
    Streams(int input, int out, int err) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, out, STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, err, STDERR_FILENO);
    }
    ~Streams() { ::posix_spawn_file_actions_destroy(&actions_); }
    Streams(const Streams&) = delete;
    Streams& operator=(const Streams&) = delete;

    [[nodiscard]] const posix_spawn_file_actions_t* actions() const noexcept { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

// What programs get by inheriting it.
void limitOneself() {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::umask(022);
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

}  // namespace

void Spawned::kill() const noexcept {
    ::kill(-pid, SIGKILL);
}

siginfo_t Spawned::wait() const noexcept {
    siginfo_t status{};
    ::waitid(P_PIDFD, static_cast<id_t>(exit.number()), &status, WEXITED);
    return status;
}

Spawner::Spawner() : input_(::open("/dev/null", O_RDONLY | O_CLOEXEC)) {
    limitOneself();
    sigset_t all;
    sigset_t none;
    ::sigfillset(&all);
    ::sigemptyset(&none);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    // A session is a process group, too.
    ::posix_spawnattr_setflags(&attributes_,
                               POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
}

Spawner::~Spawner() {
    ::posix_spawnattr_destroy(&attributes_);
}

int Spawner::start(const std::string& program, Spawned& spawned) const {
    spawned.started = std::chrono::steady_clock::now();
    auto out = makePipe();
    auto err = makePipe();
    if (!out.read.valid() || !err.read.valid()) return errno;
    const Streams streams(input_.number(), out.write.number(), err.write.number());
    std::string path = "PATH=/usr/bin:/bin";
    std::string language = "LANG=C.UTF-8";
    const std::array<char*, 2> arguments{const_cast<char*>(program.c_str()), nullptr};
    const std::array<char*, 3> environment{path.data(), language.data(), nullptr};
    const int error = ::posix_spawn(&spawned.pid, program.c_str(), streams.actions(), &attributes_,
                                    arguments.data(), environment.data());
    if (error != 0) return error;
    spawned.exit = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, spawned.pid, 0)));
    spawned.out = std::move(out.read);
    spawned.err = std::move(err.read);
    return 0;
}

}  // namespace berth::bench
