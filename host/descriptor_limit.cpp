// host/descriptor_limit.cpp
#include "host/descriptor_limit.h"

#include <sys/resource.h>

namespace berth::host {

void raiseDescriptorLimit() noexcept {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace berth::host
