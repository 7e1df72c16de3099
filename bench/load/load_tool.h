// bench/load/load_tool.h - the load generator as a command.
#pragma once

#include <iosfwd>
#include <span>
#include <string>

namespace berth::bench {

// Runs `program ARGUMENT...` and returns its exit code: 0 when every reply was right, 1 when a
// connection failed, 64 for wrong usage, 69 when the load could not be started, 74 when the file of
// --svg cannot be written, which is tried before the load. SIGINT and SIGTERM end the run early,
// with the report of what was measured.
[[nodiscard]] int runLoadTool(const std::string& program, std::span<const std::string> arguments,
                              std::ostream& out, std::ostream& errors);

}  // namespace berth::bench
