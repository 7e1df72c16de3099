// host/listen/descriptor_limit.h - how many descriptors the process may have, and whether they
// suffice.
#pragma once

#include <string>
#include <vector>

#include "host/config/host_config.h"

namespace berth::host {

// Raises the soft limit to the hard one: a client is a descriptor, and the usual soft limit of
// 1,024 is for programs that call select(2), which Berth does not.
void raiseDescriptorLimit() noexcept;

// One line when these services may have more clients than the process descriptors for them;
// empty otherwise.
[[nodiscard]] std::string descriptorShortage(const std::vector<ServiceConfig>& services);

}  // namespace berth::host
