// bench/load/load_report.h - the phrases that the reports of a load run share.
#pragma once

#include <string>

#include "bench/load/load_result.h"

namespace berth::bench {

// Such as "echo, 64 connections, 64-byte messages, 4 at once, 3.0 s".
[[nodiscard]] std::string describeLoad(const LoadResult& result);
// Such as "150000 messages/s, 9.6 MB/s each way".
[[nodiscard]] std::string describeSpeed(const LoadResult& result);

}  // namespace berth::bench
