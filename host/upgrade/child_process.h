// host/upgrade/child_process.h - the new berthd, as long as the old one answers for it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace berth::host {

// How this process was started; the new one is started the same way.
struct ProgramStart {
    std::filesystem::path binary;        // whatever lies there by now
    std::vector<std::string> arguments;  // without the program's name
    std::filesystem::path folder;        // the working directory of the start
};

// The environment variable with the number of the descriptor that is handed over.
inline constexpr const char* kUpgradeVariable = "BERTH_UPGRADE_FD";

// The first of a process group of its own, which is killed when this is destroyed, unless it was
// let go. Threads: one.
class ChildProcess {
public:
    // Starts it with `channel` as its only descriptor beyond the three standard ones.
    // Throws: std::system_error with the binary's path.
    ChildProcess(const ProgramStart& start, int channel);
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ~ChildProcess();

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    // Waits for its end until `limit` is over, then kills what is left of its group; how it ended:
    // "exit status 1".
    [[nodiscard]] std::string end(std::chrono::milliseconds limit);
    // It stands on its own from here on.
    void letGo() noexcept { owned_ = false; }

private:
    pid_t pid_ = -1;
    bool owned_ = true;
};

}  // namespace berth::host
