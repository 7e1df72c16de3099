// host/process/program_start.cpp
#include "host/process/program_start.h"

#include <sys/auxv.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

namespace berth::host {
namespace {

namespace fs = std::filesystem;

// What execve(2) was given; argv[0] may be anything.
fs::path givenPath() {
    const auto address = ::getauxval(AT_EXECFN);
    return address == 0 ? fs::path() : fs::path(reinterpret_cast<const char*>(address));
}

// The file behind an address of this process, as proc_pid_maps(5) names it; empty: none.
fs::path mappedFile(std::uintptr_t address) {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        std::istringstream fields(line);
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0;
        char dash = 0;
        fields >> std::hex >> begin >> dash >> end;
        if (address < begin || address >= end) continue;
        const auto name = line.find('/');
        return name == std::string::npos ? fs::path() : fs::path(line.substr(name));
    }
    return {};
}

fs::path binaryPath(const fs::path& folder) {
    const fs::path running = "/proc/self/exe";
    auto given = folder / givenPath();  // not made normal: ".." behind a link is another folder
    std::error_code error;
    // Not when it is the loader's, or a descriptor's.
    if (fs::equivalent(given, running, error) && !given.native().starts_with("/dev/fd/") &&
        !given.native().starts_with("/proc/")) {
        return given;
    }
    return fs::read_symlink(running, error);  // without /proc there is no upgrade
}

}  // namespace

std::filesystem::path runningProgram() {
    const fs::path running = "/proc/self/exe";
    std::error_code error;
    const auto mapped = mappedFile(reinterpret_cast<std::uintptr_t>(&runningProgram));
    // One that was replaced since it was started is reached by the link alone.
    if (fs::exists(mapped, error) && !fs::equivalent(mapped, running, error)) return mapped;
    return fs::exists(running, error) ? running : fs::path();
}

ProgramStart programStart(int argc, char** argv) {
    ProgramStart start;
    start.folder = fs::current_path();
    start.binary = binaryPath(start.folder);
    start.arguments.assign(argv + std::min(argc, 1), argv + argc);
    return start;
}

}  // namespace berth::host
