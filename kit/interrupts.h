// kit/interrupts.h - SIGINT and SIGTERM, taken where a test waits, so that it leaves nothing
// behind.
#pragma once

#include <csignal>
#include <exception>

#include "host/base/unique_fd.h"

namespace berth::kit {

class Interrupted final : public std::exception {
public:
    explicit Interrupted(int signal) noexcept : signal_(signal) {}
    [[nodiscard]] int signal() const noexcept { return signal_; }
    [[nodiscard]] const char* what() const noexcept override { return "interrupted"; }

private:
    int signal_;
};

// Holds the two back as long as it lives, unless they are ignored anyway; one that nobody took
// has its effect afterwards. They may be nested.
//
// Threads: one; no other may run.
class Interrupts {
public:
    // Throws: std::system_error.
    Interrupts();
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;
    ~Interrupts();

    // Readable when one has come.
    [[nodiscard]] int descriptor() const noexcept { return signals_.value(); }
    // Throws: Interrupted when one has come.
    void check() const;
    // For a child process: they have their effect again.
    static void letThrough() noexcept;

private:
    sigset_t before_{};
    host::UniqueFd signals_;
};

}  // namespace berth::kit
