// bench/load/latency_plot.h - the latencies of a load run as a picture.
#pragma once

#include <string>

#include "bench/load/load_result.h"

namespace berth::bench {

// An SVG file: the latency of each percentile from 0 to 99.99, whose axis gives every further nine
// the same room, and of the maximum. Fit for light and dark pages.
// Requires: result.latency.count() > 0.
[[nodiscard]] std::string latencyPlot(const LoadResult& result);

}  // namespace berth::bench
