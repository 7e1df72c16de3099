// bench/load/client.h - one connection of a load run: sends messages, checks the replies.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/load/descriptor.h"
#include "bench/load/load_options.h"
#include "bench/load/load_result.h"
#include "bench/load/pattern.h"

namespace berth::bench {

using Clock = std::chrono::steady_clock;

// The state of one non-blocking connection. It knows nothing of modes and phases: the Worker
// begins messages and takes replies.
class Client {
public:
    // Why the connection cannot go on.
    struct Trouble {
        Failure failure;
        std::string reason;
    };

    // `origin`: where in the pattern this client's bytes start. The pattern is borrowed.
    Client(const LoadOptions& options, const Pattern& pattern, std::uint64_t origin);

    // Takes over a connecting socket and forgets the connection before.
    void open(Descriptor socket, Clock::time_point now);
    void close() noexcept { socket_.reset(); }
    // Closes with a reset, which leaves no TIME_WAIT behind.
    void reset() noexcept;

    [[nodiscard]] bool isOpen() const noexcept { return socket_.valid(); }
    [[nodiscard]] int descriptor() const noexcept { return socket_.number(); }
    [[nodiscard]] Clock::time_point openedAt() const noexcept { return openedAt_; }
    // Messages whose reply was not taken yet.
    [[nodiscard]] std::size_t inFlight() const noexcept {
        return static_cast<std::size_t>(begun_ - taken_);
    }

    // Begins messages until `depth` are in flight. Requires: depth <= LoadOptions::depth.
    void begin(std::size_t depth, Clock::time_point now);
    // Sends and receives what the socket allows after edge-triggered `events` of epoll(7).
    [[nodiscard]] std::optional<Trouble> advance(unsigned events, std::span<std::byte> buffer);
    // Sends what the socket takes now.
    [[nodiscard]] std::optional<Trouble> flush();
    // When the oldest message was begun whose reply is whole and was not taken yet.
    [[nodiscard]] std::optional<Clock::time_point> takeReply() noexcept;

private:
    [[nodiscard]] std::optional<Trouble> receive(std::span<std::byte> buffer, bool endIsNear);
    [[nodiscard]] std::optional<Trouble> accept(std::span<const std::byte> bytes);

    const Pattern* pattern_;
    std::uint64_t origin_;
    std::uint64_t messageSize_;
    bool verifyContent_;
    Descriptor socket_;
    Clock::time_point openedAt_;
    std::vector<Clock::time_point> begunAt_;  // of message n at n % depth
    std::uint64_t begun_ = 0;                 // messages
    std::uint64_t taken_ = 0;                 // messages
    std::uint64_t sent_ = 0;                  // bytes
    std::uint64_t received_ = 0;              // bytes
};

// The failure that a system call's error stands for.
[[nodiscard]] Client::Trouble troubleOf(int error);

}  // namespace berth::bench
