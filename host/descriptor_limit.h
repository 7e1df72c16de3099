// host/descriptor_limit.h - how many descriptors the process may have.
#pragma once

namespace berth::host {

// Raises the soft limit to the hard one: a client is a descriptor, and the usual soft limit of
// 1,024 is for programs that call select(2), which Berth does not.
void raiseDescriptorLimit() noexcept;

}  // namespace berth::host
