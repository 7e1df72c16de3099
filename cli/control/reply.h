// cli/control/reply.h - the words of the control protocol's replies.
#pragma once

#include <string>
#include <string_view>

#include "cli/app/exit_code.h"

namespace berth::cli {

// The first line of a reply: `OK text` or `ERR code text`.
struct ReplyStatus {
    bool ok = false;
    std::string code;  // of an error, such as not-found
    std::string text;
};

// Throws: Failure with ExitCode::Protocol when the line is neither.
[[nodiscard]] ReplyStatus parseReplyStatus(std::string_view line);

// The status of a reply that is one JSON object on one line. Throws: as above.
[[nodiscard]] ReplyStatus parseJsonReply(const std::string& line);

// What an error's code means to a script.
[[nodiscard]] ExitCode exitCodeOf(const ReplyStatus& status) noexcept;

[[nodiscard]] inline bool endsReply(std::string_view line) noexcept {
    return line == ".";
}

// A line of the body as it was meant: a line that begins with a dot is sent with one more.
[[nodiscard]] inline std::string_view bodyLine(std::string_view line) noexcept {
    return line.starts_with("..") ? line.substr(1) : line;
}

}  // namespace berth::cli
