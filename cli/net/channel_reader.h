// cli/net/channel_reader.h - takes lines, pieces and JSON objects from a Channel.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/net/channel.h"

namespace berth::cli {

// Keeps what was received and not yet taken. Every limit is checked before memory grows.
//
// Lifetime: borrows the Channel, which outlives it.
// Throws:   TransportFailure as the Channel does; Failure with ExitCode::Protocol when a limit
//           is passed or the input ends in the middle.
class ChannelReader {
public:
    explicit ChannelReader(Channel& channel);

    // The next line without "\n" or "\r\n"; nothing at the end of input.
    [[nodiscard]] std::optional<std::string> readLine(std::size_t limit);

    // One JSON object, from its brace to the one that closes it; blanks before it are skipped.
    // Nothing at the end of input.
    [[nodiscard]] std::optional<std::string> readJsonObject(std::size_t limit);

    // Takes what stands before the next `wanted`, such as a greeting, which stays.
    // Throws: Failure with ExitCode::Protocol when it is not among the next `limit` bytes.
    void skipTo(char wanted, std::size_t limit);

    // Takes the blanks that come next, such as the end of a line whose rest was taken. True when
    // something else, or the end of input, is there or comes within `wait`.
    [[nodiscard]] bool moreThanBlanks(std::chrono::milliseconds wait);

    // The next bytes, at least one; empty at the end of input. Valid until the next call.
    [[nodiscard]] std::string_view readPiece();

private:
    [[nodiscard]] bool fill();  // false at the end of input

    Channel* channel_;
    std::vector<char> buffer_;
    std::string_view rest_;  // in buffer_
};

}  // namespace berth::cli
