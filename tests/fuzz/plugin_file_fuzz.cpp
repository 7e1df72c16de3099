// tests/fuzz/plugin_file_fuzz.cpp - files that are no plugins, or broken ones: read without being
// run, and refused with reasons of one line.
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "berth/inspect/plugin_file.h"
#include "fuzz/fuzz_target.h"
#include "host/base/unique_fd.h"

namespace berth::fuzz {

void target(std::string_view input) {
    const host::UniqueFd file(::memfd_create("plugin", MFD_CLOEXEC));
    require(::write(file.value(), input.data(), input.size()) == static_cast<ssize_t>(input.size()),
            "the file was written");
    const auto report = inspect::preflight("/proc/self/fd/" + std::to_string(file.value()));
    require(report.file || !report.problems.empty(), "a refused file has a reason");
    for (const auto& problem : report.problems) {
        require(problem.find('\n') == std::string::npos, "a reason is one line");
    }
}

}  // namespace berth::fuzz
