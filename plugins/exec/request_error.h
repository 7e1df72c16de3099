// plugins/exec/request_error.h - why a request was refused, as the client is told.
#pragma once

#include <string>
#include <string_view>

namespace berth::exec {

// The code is one of those listed in docs/protocols/exec.md and lives as long as the program;
// the text is one line for a person.
struct RequestError {
    std::string_view code;
    std::string text;
};

namespace code {
inline constexpr std::string_view kBadArguments = "bad-arguments";
inline constexpr std::string_view kBadRequest = "bad-request";
inline constexpr std::string_view kBusy = "busy";
inline constexpr std::string_view kClientFinished = "client-finished";
inline constexpr std::string_view kForbidden = "forbidden";
inline constexpr std::string_view kNotFound = "not-found";
inline constexpr std::string_view kOutputLimit = "output-limit";
inline constexpr std::string_view kSignal = "signal";  // raw framing only
inline constexpr std::string_view kSpawnFailed = "spawn-failed";
inline constexpr std::string_view kStatusLost = "status-lost";
inline constexpr std::string_view kTimeout = "timeout";
inline constexpr std::string_view kTooLong = "too-long";
inline constexpr std::string_view kUnavailable = "unavailable";
inline constexpr std::string_view kUnknownCommand = "unknown-command";
}  // namespace code

}  // namespace berth::exec
