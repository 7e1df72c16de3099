// bench/load/main.cpp - berth-load: the load generator as a program of its own.
#include <iostream>
#include <string>
#include <vector>

#include "bench/load/load_tool.h"

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    return berth::bench::runLoadTool("berth-load", arguments, std::cout, std::cerr);
}
