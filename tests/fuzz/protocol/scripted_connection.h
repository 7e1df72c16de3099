// tests/fuzz/protocol/scripted_connection.h - the in-memory Connection, with a client that follows
// a script. Time does not pass: a silence is over at once.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "berth/connection.h"
#include "berth/testing/loopback_connection.h"
#include "fuzz/protocol/script.h"

namespace berth::fuzz {

// A step is taken when the handler waits for it, so that the next piece is never there earlier than
// the script says.
//
// Lifetime: borrows the script.
class ScriptedConnection final : public Connection {
public:
    ScriptedConnection(const Script& script, std::chrono::milliseconds timeout)
        : script_(script), timeout_(timeout) {}

    // What the handler wrote.
    [[nodiscard]] std::string received() const { return loopback_.received(); }

    [[nodiscard]] Chunk receive() override;
    [[nodiscard]] Chunk read(std::span<std::byte> buffer) override;
    void write(std::span<const std::byte> bytes) override { loopback_.write(bytes); }
    void finish() override { loopback_.finish(); }
    // A silence ends a wait for input only: what a command does takes real time.
    WaitResult wait(std::span<pollfd> descriptors, std::chrono::milliseconds limit,
                    ClientEvent watched) override;
    void setTimeout(std::chrono::milliseconds limit) override { timeout_ = limit; }
    [[nodiscard]] std::chrono::milliseconds timeout() const noexcept override { return timeout_; }
    [[nodiscard]] std::string_view peer() const noexcept override { return loopback_.peer(); }
    [[nodiscard]] std::string_view local() const noexcept override { return loopback_.local(); }

private:
    [[nodiscard]] Step::Kind next() const { return script_[at_].kind; }
    [[nodiscard]] bool isOver() const { return at_ == script_.size(); }
    void takeStep();
    void awaitInput();

    const Script& script_;
    std::chrono::milliseconds timeout_;
    testing::LoopbackConnection loopback_;
    std::size_t at_ = 0;      // the next step
    std::size_t unread_ = 0;  // bytes that arrived and were not received
};

}  // namespace berth::fuzz
