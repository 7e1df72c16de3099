// host/control/server/channel.h - lines in and replies out of one control client, each within a
// limit.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include "host/control/server/line_reader.h"

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

    // The next line of what was taken; none: wait for more.
    [[nodiscard]] std::optional<Line> next() { return lines_.next(); }
    // A line has begun and not ended.
    [[nodiscard]] bool inLine() const noexcept { return lines_.inLine(); }
    // Returns when there is something to take; else why there is nothing by the deadline.
    [[nodiscard]] std::optional<ChannelEnd> await(Clock::time_point deadline);
    // Takes what is there, once.
    [[nodiscard]] std::optional<ChannelEnd> take(Clock::time_point deadline);
    // False when the client did not take all of it within `limit`, or is gone. Then the connection
    // is of no use any more: it ends with a reset, and finish() has nothing to do.
    [[nodiscard]] bool write(std::string_view text, std::chrono::milliseconds limit);
    // Waits; false when the connection broke or was cut meanwhile.
    [[nodiscard]] bool pause(std::chrono::milliseconds duration);
    // The connection is broken, not only half-closed by a client that awaits its reply.
    [[nodiscard]] bool broken();
    // Ends the output, and takes what the client already sent, so that the kernel does not turn
    // unread input into a reset that would destroy the last reply.
    void finish() noexcept;

private:
    // Sends some of it, and waits for room by the deadline. 0: none by then, or it broke.
    std::size_t sendSome(std::string_view text, Clock::time_point deadline);
    std::size_t sendSomeSecure(std::string_view text, Clock::time_point deadline);

    Poco::Net::StreamSocket accepted_;
    Poco::Net::StreamSocket socket_;
    LineReader lines_;
    bool finished_ = false;
    bool unwritable_ = false;
};

}  // namespace berth::host::control
