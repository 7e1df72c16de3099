// host/base/unique_fd.h - owns a file descriptor, of which a forked child keeps no copy.
#pragma once

#include "berth/unique_fd.h"
#include "host/base/own_descriptors.h"

namespace berth::host {

struct DescriptorsOfThisProcess {
    static void opened(int descriptor) noexcept { own_descriptors::add(descriptor); }
    static void close(int descriptor) noexcept { own_descriptors::close(descriptor); }
};

using UniqueFd = BasicUniqueFd<DescriptorsOfThisProcess>;

// Owns what `open` returns, if it is a descriptor. For what other threads fork beside.
template <class Open>
UniqueFd openedBy(Open&& open) {
    const own_descriptors::NoFork meanwhile;
    return UniqueFd(open());
}

}  // namespace berth::host
