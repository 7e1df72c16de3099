// host/base/spawn_plan.h - a child process that begins as an ordinary start does.
#pragma once

#include <spawn.h>
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace berth::host {

// What posix_spawn(3) is told: signals as an ordinary start has them, a process group that can be
// ended as a whole, and of all descriptors beyond the standard ones a single one.
//
// Threads: one.
class SpawnPlan {
public:
    // The number of `given` in the child.
    static constexpr int kGiven = 3;

    // What the C library cannot note for want of memory would be missing in the child.
    // Throws: std::system_error, as what follows.
    explicit SpawnPlan(int given);

    void enter(const std::filesystem::path& folder);
    // No input, and what it prints goes to standard error.
    void withoutStreams();

    // The words begin with its name for itself.
    [[nodiscard]] pid_t start(const std::filesystem::path& program, std::vector<std::string> words,
                              std::vector<std::string> environment) const;

private:
    struct Parts {
        Parts() noexcept;
        Parts(const Parts&) = delete;
        Parts& operator=(const Parts&) = delete;
        ~Parts();

        posix_spawn_file_actions_t actions{};
        posix_spawnattr_t attributes{};
    };

    Parts parts_;
};

// That of this process.
[[nodiscard]] std::vector<std::string> ownEnvironment();

}  // namespace berth::host
