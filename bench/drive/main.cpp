// bench/drive/main.cpp - berth-drive: measures uploads and commands.
#include <iostream>
#include <string>
#include <vector>

#include "bench/drive/drive_tool.h"

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    return berth::bench::runDriveTool(arguments, std::cout, std::cerr);
}
