// cli/bench/bench_command.cpp
#include "cli/bench/bench_command.h"

#include <iostream>

#include "bench/load/load_tool.h"

namespace berth::cli {
namespace {

constexpr auto kName = "berth bench";

int bench(const Invocation& call) {
    return berth::bench::runLoadTool(kName, call.arguments.operands(), std::cout, std::cerr);
}

}  // namespace

Command benchCommand() {
    return {.name = "bench",
            .usage = "HOST:PORT [OPTION...]",
            .summary = "Puts a service under load and measures it",
            .details = "berth bench --help lists its options.\n",
            .group = Command::Group::Service,
            .options = {},
            .freeAfter = 0,
            .run = bench};
}

}  // namespace berth::cli
