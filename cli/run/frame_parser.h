// cli/run/frame_parser.h - takes the answer of an exec service apart.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "berth/detail/require.h"

namespace berth::cli {

// How a command ended, in the words of the service.
struct CommandExit {
    int code = 0;
    std::uint64_t milliseconds = 0;
};
struct CommandSignal {
    std::string name;  // such as TERM
    std::uint64_t milliseconds = 0;
};
struct CommandError {
    std::string code;  // such as unknown-command
    std::string text;
};
using CommandEnd = std::variant<CommandExit, CommandSignal, CommandError>;

// Frames: `out N` or `err N`, newline, N bytes; at last `exit CODE MS`, `signal NAME MS` or
// `error CODE text`. Output is passed on as it comes, so that N may be large: the parser keeps
// no more than one frame's first line.
class FrameParser {
public:
    enum class Stream { Out, Err };
    using OnOutput = std::function<void(Stream stream, std::string_view bytes)>;

    explicit FrameParser(OnOutput onOutput) : onOutput_(std::move(onOutput)) {}

    // Takes the next bytes, split anywhere. True when the last frame was among them; what
    // follows it is not looked at.
    // Throws: Failure with ExitCode::Protocol for bytes that are no frames.
    bool feed(std::string_view bytes);

    // Requires: feed() returned true.
    [[nodiscard]] const CommandEnd& end() const noexcept {
        BERTH_REQUIRE(end_);
        return *end_;
    }

private:
    bool takeHeader(std::string_view line);

    OnOutput onOutput_;
    std::string header_;
    Stream stream_ = Stream::Out;
    std::uint64_t remaining_ = 0;  // bytes of output still to come in this frame
    std::optional<CommandEnd> end_;
};

}  // namespace berth::cli
