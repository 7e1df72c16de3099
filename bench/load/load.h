// bench/load/load.h - loads a service that echoes, and measures it. Start here.
#pragma once

#include <functional>
#include <stop_token>

#include "bench/load/load_options.h"
#include "bench/load/load_result.h"

namespace berth::bench {

// Runs to the end of the measured time, or until `stop` is requested. `ready` is called once,
// when every connection was opened or has failed. Failed connections are counted in the result.
//
// Throws: std::invalid_argument for options that make no sense, std::runtime_error when the
// target cannot be resolved, std::system_error when the system gives no resources.
[[nodiscard]] LoadResult runLoad(const LoadOptions& options, const std::stop_token& stop = {},
                                 const std::function<void()>& ready = {});

}  // namespace berth::bench
