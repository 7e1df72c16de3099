// berth/buffered_reader.h - reads lines, exact counts and unknown prefixes from a Connection.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "berth/api.h"
#include "berth/connection.h"

namespace berth {

// Keeps what was received but not yet taken, for protocols whose parts do not end where a
// receive() ends. Bytes that it holds are not seen by the Connection's own read calls.
//
// Threads:  as its Connection.
// Lifetime: borrows the Connection, which outlives it. Holds no memory while nothing is pending,
//           and while it waits little more than what is.
class BERTH_API BufferedReader {
public:
    explicit BufferedReader(Connection& client) noexcept : client_(client) {}

    enum class Fill { Data, End, Pause };

    // From now on a whole message (a line, a header, a frame) must come within `limit` of its first
    // byte, however small its pieces are. What is pending is the beginning of one; taking bytes
    // begins the next. Zero: no limit, as at first. The Connection's timeout goes on to limit each
    // silence, and alone limits the wait for a first byte.
    // Throws: TimedOut out of each function that waits, once the time is over.
    void setMessageTimeout(std::chrono::milliseconds limit);

    // What was received and not taken. Valid until the next call on this reader.
    [[nodiscard]] std::string_view pending() const noexcept;

    // Waits for more bytes and appends them to pending(). With a pause, waits at most that long.
    Fill fill();
    Fill fillWithin(std::chrono::milliseconds pause);

    // Takes `count` bytes off the front. Requires: count <= pending().size().
    void consume(std::size_t count);

    // The next line without its "\n" or "\r\n". At the end of input an unfinished line is
    // returned as a line; nothing when none is left.
    // Throws: ProtocolError when the line is longer than `limit` bytes.
    [[nodiscard]] std::optional<std::string> readLine(std::size_t limit);

    // Fills `buffer`, pending bytes first; returns the filled front, shorter only at the end.
    [[nodiscard]] std::span<std::byte> readExactly(std::span<std::byte> buffer);

    [[nodiscard]] Connection& connection() noexcept { return client_; }

private:
    using Clock = std::chrono::steady_clock;

    void dropTaken();
    void beginMessage();
    [[nodiscard]] std::chrono::milliseconds timeLeft() const;
    template <class Receive>
    Chunk receiveInTime(Receive receive);

    Connection& client_;
    std::string pending_;
    std::size_t taken_ = 0;  // bytes of pending_ already consumed
    std::chrono::milliseconds messageTimeout_{0};
    Clock::time_point begun_;  // when the first byte of pending() was seen, while there is a limit
};

}  // namespace berth
