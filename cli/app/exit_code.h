// cli/app/exit_code.h - what the tool's exit status means; the values of sysexits.h.
#pragma once

namespace berth::cli {

enum class ExitCode : int {
    Ok = 0,
    Refused = 1,        // the host, a service or a check said no
    Usage = 64,         // the command line is wrong
    Data = 65,          // bytes are not what they should be: a checksum, a changed file
    NoInput = 66,       // a file to read is missing or is none
    NoHost = 68,        // the host's name is unknown
    Unavailable = 69,   // nobody answers, or the connection was lost
    Software = 70,      // a mistake in the tool
    CannotCreate = 73,  // the service could not create the file
    InputOutput = 74,   // reading a file or writing output failed
    TryAgain = 75,      // busy or too slow; the same command may work later
    Protocol = 76,      // the other side does not speak this protocol
    NoPermission = 77,  // not allowed, or the token is wrong
    Configuration = 78  // a configuration file cannot be understood
};

[[nodiscard]] constexpr int toInt(ExitCode code) noexcept {
    return static_cast<int>(code);
}

// Added to a signal's number: the status of a command that it ended, as a shell says it.
inline constexpr int kSignalBase = 128;

}  // namespace berth::cli
