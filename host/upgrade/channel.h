// host/upgrade/channel.h - messages with descriptors between an old and a new process.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/unique_fd.h"

namespace berth::host {

// In the order in which they are sent.
enum class UpgradeMessage : char {
    Sockets = 'S',   // old: some listening sockets; the text names their owners and addresses
    Older = 'O',     // old: channels to processes that still drain; the text has their numbers
    Stopped = 'T',   // old: the services that an operator stopped, a line each
    End = 'E',       // old: those were all
    Ready = 'R',     // new: everything is prepared; the text says what it has no use for
    Failed = 'F',    // new: why it ends
    Go = 'G',        // old: the sockets are yours; its number, and that of its last connection
    Question = 'Q',  // new, as often as it likes: of the old one's clients; see Answering
    Part = 'P',      // old: a part of the answer
    Answer = 'A'     // old: the end of the answer
};

// One end of a Unix socket pair. Threads: one.
class UpgradeChannel {
public:
    using Clock = std::chrono::steady_clock;

    struct Message {
        UpgradeMessage kind;
        std::string text;
        std::vector<UniqueFd> descriptors;
    };
    // What a wait ended with.
    enum class Wait { Readable, Gone, Time, Woken };

    explicit UpgradeChannel(UniqueFd socket) : socket_(std::move(socket)) {}
    // Throws: std::system_error.
    [[nodiscard]] static std::pair<UpgradeChannel, UpgradeChannel> pair();

    // At most kMostDescriptors at once. False when the other end is gone or does not read.
    bool send(UpgradeMessage kind, std::string_view text, const std::vector<int>& descriptors,
              Clock::time_point deadline) const;
    // Nothing when the other end is gone, or sent what is no message.
    [[nodiscard]] std::optional<Message> receive() const;
    // Waits for a message; `wake` is a descriptor that ends the wait when readable, or -1.
    [[nodiscard]] Wait wait(Clock::time_point deadline, int wake = -1) const;

    // The other end is gone, and nothing is left to receive.
    [[nodiscard]] bool ended() const noexcept;

    [[nodiscard]] int descriptor() const noexcept { return socket_.value(); }
    void close() noexcept { socket_.reset(); }

    static constexpr std::size_t kMostDescriptors = 250;  // the kernel takes 253

private:
    UniqueFd socket_;
};

}  // namespace berth::host
