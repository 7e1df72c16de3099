// host/control/channel.h - lines in and replies out of one control client, each within a limit.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <variant>

#include "host/control/line_reader.h"

namespace berth::host::control {

enum class ChannelEnd { Finished, TimedOut, Lost };

// Threads: used by its client's thread only.
class Channel {
public:
    using Clock = std::chrono::steady_clock;

    // Talks through `socket`: the accepted one, or TLS over it.
    Channel(const Poco::Net::StreamSocket& accepted, const Poco::Net::StreamSocket& socket,
            std::size_t maxLine)
        : accepted_(accepted), socket_(socket), lines_(maxLine) {}

    // The next line, or why there is none by the deadline, however the client trickles.
    [[nodiscard]] std::variant<Line, ChannelEnd> read(Clock::time_point deadline);
    // False when the client did not take all of it within `limit`, or is gone.
    [[nodiscard]] bool write(std::string_view text, std::chrono::milliseconds limit);
    // Waits; false when the connection broke or was cut meanwhile.
    [[nodiscard]] bool pause(std::chrono::milliseconds duration);
    // The connection is broken, not only half-closed by a client that awaits its reply.
    [[nodiscard]] bool broken();
    // Ends the output, and takes what the client already sent, so that the kernel does not turn
    // unread input into a reset that would destroy the last reply.
    void finish() noexcept;

private:
    // Reads once; the reason when nothing more can be read.
    std::optional<ChannelEnd> fill(Clock::time_point deadline);

    Poco::Net::StreamSocket accepted_;
    Poco::Net::StreamSocket socket_;
    LineReader lines_;
    bool finished_ = false;
};

}  // namespace berth::host::control
