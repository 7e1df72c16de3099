// cli/app/failure.h - why a command ends early: one line for the user and the exit status.
#pragma once

#include <stdexcept>
#include <string>

#include "cli/app/exit_code.h"

namespace berth::cli {

// The message says what, why and what to do, such as
// `a.txt: is a directory; give the files in it`.
class Failure : public std::runtime_error {
public:
    Failure(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}

    [[nodiscard]] ExitCode code() const noexcept { return code_; }

private:
    ExitCode code_;
};

// The connection could not be made, was lost, or stayed silent: trying again may help.
class TransportFailure final : public Failure {
public:
    using Failure::Failure;
};

// Whoever reads the tool's output went away: the command ends without a word.
class OutputClosed final : public Failure {
public:
    OutputClosed() : Failure(ExitCode::InputOutput, "nobody reads the output any more") {}
};

}  // namespace berth::cli
