// bench/reference/spawner.h - starts programs, each with two pipes and a process group of its own.
#pragma once

#include <signal.h>
#include <spawn.h>
#include <sys/types.h>

#include <chrono>
#include <string>

#include "bench/load/descriptor.h"

namespace berth::bench {

// A program that was started. Who has it takes its exit status.
struct Spawned {
    pid_t pid = -1;
    std::chrono::steady_clock::time_point started;
    Descriptor out;   // of its standard output and
    Descriptor err;   // of its errors, to read from
    Descriptor exit;  // readable when it has ended

    // Ends its group, or what is left of it.
    void kill() const noexcept;
    // Waits for the exit status and takes it.
    [[nodiscard]] siginfo_t wait() const noexcept;
};

class Spawner {
public:
    Spawner();
    ~Spawner();
    Spawner(const Spawner&) = delete;
    Spawner& operator=(const Spawner&) = delete;

    // Returns an error of errno, or 0.
    [[nodiscard]] int start(const std::string& program, Spawned& spawned) const;

private:
    posix_spawnattr_t attributes_{};
    Descriptor input_;
};

}  // namespace berth::bench
