// host/log/log_time.h - points in time as logs write them.
#pragma once

#include <chrono>
#include <string>

namespace berth::host {

// Appends ISO 8601 in UTC with milliseconds: 2026-11-22T12:31:31.250Z.
void appendTime(std::string& line, std::chrono::system_clock::time_point time);

}  // namespace berth::host
