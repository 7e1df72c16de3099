// bench/load/main.cpp - berth-load: the load generator as a program of its own.
#include <iostream>
#include <string>
#include <vector>

#include "bench/load/load_tool.h"
#include "berth/detail/standard_descriptors.h"

int main(int argc, char** argv) {
    berth::detail::openStandardDescriptors();
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    return berth::bench::runLoadTool("berth-load", arguments, std::cout, std::cerr);
}
