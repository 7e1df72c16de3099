// bench/load/load_arguments.h - the command line of the load generator.
#pragma once

#include <span>
#include <string>

#include "bench/load/load_options.h"

namespace berth::bench {

struct LoadArguments {
    LoadOptions load;
    bool json = false;
    std::string svg;  // a file for a picture of the latencies; empty: none
    bool help = false;
};

// Throws: std::invalid_argument, with one line that says what is wrong.
[[nodiscard]] LoadArguments parseLoadArguments(std::span<const std::string> arguments);

// What `--help` prints.
[[nodiscard]] std::string loadUsage(const std::string& program);

}  // namespace berth::bench
