// host/process/program_start.h - by what name and where this process was started.
#pragma once

#include "host/upgrade/child_process.h"

namespace berth::host {

// The path is the one by which the program was started, resolved in the working directory: a link
// on the way, such as `current`, is followed anew by the next start. Where there is no such path,
// it is the file that runs.
// Throws: std::filesystem::filesystem_error when the working directory is gone.
[[nodiscard]] ProgramStart programStart(int argc, char** argv);

// The program that runs, whatever lies at its path by now; empty without /proc. Under valgrind or
// a loader that was called by name /proc/self/exe is that program, so the file is looked up by
// where this code is mapped.
[[nodiscard]] std::filesystem::path runningProgram();

}  // namespace berth::host
