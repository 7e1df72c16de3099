// cli/bench/bench_command.cpp
#include "cli/bench/bench_command.h"

#include <iostream>

#include "bench/load/load_tool.h"
#include "cli/net/endpoint.h"

namespace berth::cli {
namespace {

constexpr auto kName = "berth bench";

int bench(const Invocation& call) {
    auto words = call.arguments.operands();
    // The address first, in each form that other commands take.
    if (!words.empty() && !words[0].starts_with('-')) words[0] = toString(parseEndpoint(words[0]));
    return berth::bench::runLoadTool(kName, words, std::cout, std::cerr);
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
