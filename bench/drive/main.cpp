// bench/drive/main.cpp - berth-drive: measures uploads and commands.
#include <iostream>
#include <string>
#include <vector>

#include "bench/drive/drive_tool.h"
#include "berth/detail/standard_descriptors.h"

int main(int argc, char** argv) {
    berth::detail::openStandardDescriptors();
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    return berth::bench::runDriveTool(arguments, std::cout, std::cerr);
}
