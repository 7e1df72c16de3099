// bench/reference/spawn_loop.cpp - runs a program again and again: the speed limit of exec.
//
// usage: spawn_loop SECONDS [PROGRAM]    prints runs a second; PROGRAM is /bin/true
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

// Runs `program` once; exits when that is not possible or the program fails.
void runOnce(std::string& program) {
    std::string path = "PATH=/usr/bin:/bin";
    std::string language = "LANG=C.UTF-8";
    const std::array<char*, 2> arguments{program.data(), nullptr};
    const std::array<char*, 3> environment{path.data(), language.data(), nullptr};
    pid_t child = 0;
    const int error = ::posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments.data(),
                                    environment.data());
    if (error != 0) {
        std::fprintf(stderr, "spawn_loop: %s: %s\n", program.c_str(), std::strerror(error));
        std::exit(69);
    }
    int status = 0;
    if (::waitpid(child, &status, 0) != child || status != 0) {
        std::fprintf(stderr, "spawn_loop: %s failed\n", program.c_str());
        std::exit(1);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const double seconds = argc == 2 || argc == 3 ? std::atof(argv[1]) : 0;
    if (seconds <= 0) {
        std::fputs("usage: spawn_loop SECONDS [PROGRAM]\n", stderr);
        return 64;
    }
    std::string program = argc == 3 ? argv[2] : "/bin/true";
    std::size_t runs = 0;
    const auto start = Clock::now();
    auto now = start;
    for (; now - start < Seconds(seconds); now = Clock::now()) {
        runOnce(program);
        ++runs;
    }
    std::printf("%.1f\n", static_cast<double>(runs) / Seconds(now - start).count());
}
