// bench/drive/drive_tool.h - berth-drive: loads the services that are no echo.
#pragma once

#include <iosfwd>
#include <span>
#include <string>

namespace berth::bench {

// Runs `berth-drive ARGUMENT...` and returns its exit code: 0 done, 1 the service said no,
// 64 wrong usage, 69 there is no connection or it was lost.
[[nodiscard]] int runDriveTool(std::span<const std::string> arguments, std::ostream& out,
                               std::ostream& errors);

}  // namespace berth::bench
