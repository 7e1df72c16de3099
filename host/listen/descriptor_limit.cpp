// host/listen/descriptor_limit.cpp
#include "host/listen/descriptor_limit.h"

#include <sys/resource.h>

#include <cstdint>

#include "host/listen/descriptor_reserve.h"

namespace berth::host {

void raiseDescriptorLimit() noexcept {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string descriptorShortage(const std::vector<ServiceConfig>& services) {
    const auto most = static_cast<std::uint64_t>(firstReservedDescriptor());
    std::uint64_t clients = 0;
    for (const auto& service : services) {
        if (service.options.enabled) clients += service.options.maxConnections;
    }
    if (clients <= most) return {};
    return "the services may have " + std::to_string(clients) +
           " clients by their max_connections, but this process descriptors for fewer than " +
           std::to_string(most) +
           "; clients beyond are turned away: raise LimitNOFILE (ulimit -Hn), or lower "
           "max_connections";
}

}  // namespace berth::host
