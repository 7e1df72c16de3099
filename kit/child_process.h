// kit/child_process.h - a child process that is ended and waited for, whatever happens.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "host/base/unique_fd.h"
#include "kit/interrupts.h"

namespace berth::kit {

class ChildProcess {
public:
    // Runs `body` in a child, with the writing end of a pipe; it must not return to its caller's
    // code, so the child ends after it.
    // Requires: the process has one thread. Throws: std::system_error.
    explicit ChildProcess(const std::function<void(int report)>& body);
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ~ChildProcess();

    // Waits for more of its words: a piece of them, empty when it is gone and all was read.
    // Nothing when it stayed silent for so long. Throws: Interrupted.
    [[nodiscard]] std::optional<std::string> read(std::chrono::milliseconds silence);
    void kill() noexcept;
    // Waits for its end and says how it came, such as `died of SIGSEGV`. One that runs on although
    // it has no more to say is killed.
    [[nodiscard]] std::string end() noexcept;

private:
    const Interrupts interrupts_;
    pid_t pid_ = -1;
    host::UniqueFd words_;
    host::UniqueFd life_;  // readable when it is gone: others may hold its end of the pipe open
};

}  // namespace berth::kit
