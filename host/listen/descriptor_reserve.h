// host/listen/descriptor_reserve.h - descriptors that are held so that they can be had.
#pragma once

#include <cstddef>
#include <vector>

#include "host/base/unique_fd.h"

namespace berth::host {

// Threads: one at a time.
class DescriptorReserve {
public:
    // Holds up to `size` duplicates of `source`, which the caller keeps open.
    DescriptorReserve(int source, std::size_t size);

    // So many can be had by others from here on; false when there are none.
    bool release() noexcept;
    // Takes what there is, up to the size.
    void refill() noexcept;

private:
    int source_;
    std::size_t size_;
    std::vector<UniqueFd> held_;
};

// The number that a client's descriptor must stay below: the kernel gives the lowest free one, so
// whoever gets a higher one takes from the last few of the process.
[[nodiscard]] int firstReservedDescriptor() noexcept;

}  // namespace berth::host
