// host/main.cpp - berthd.
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "berth/detail/standard_descriptors.h"
#include "host/crash/crash_report.h"
#include "host/plugin/first_load.h"
#include "host/process/application.h"

namespace {

// The C library gives threads up to eight heaps a processor, and each keeps what its busiest moment
// took: a host with many threads grows for hours until all of them have had theirs.
void limitHeaps() noexcept {
    if (std::getenv("MALLOC_ARENA_MAX") != nullptr || std::getenv("GLIBC_TUNABLES") != nullptr) {
        return;  // an operator knows better
    }
    ::mallopt(M_ARENA_MAX, static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
}

}  // namespace

int main(int argc, char** argv) {
    berth::detail::openStandardDescriptors();
    if (argc == 3 && std::string_view(argv[1]) == berth::host::kOpenPluginOption) {
        return berth::host::openPluginOnTrial(argv[2]);
    }
    limitHeaps();
    berth::host::crash::install();  // before Poco's application sets its own signal handlers
    return berth::host::runBerthd(argc, argv);
}
