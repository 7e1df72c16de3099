// host/listen/descriptor_reserve.cpp
#include "host/listen/descriptor_reserve.h"

#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>
#include <limits>

namespace berth::host {
namespace {

constexpr rlim_t kMostReserved = 64;
constexpr rlim_t kReservedShare = 8;  // of so many descriptors one

}  // namespace

DescriptorReserve::DescriptorReserve(int source, std::size_t size) : source_(source), size_(size) {
    held_.reserve(size);
    refill();
}

bool DescriptorReserve::release() noexcept {
    const bool any = !held_.empty();
    held_.clear();
    return any;
}

void DescriptorReserve::refill() noexcept {
    while (held_.size() < size_) {
        UniqueFd copy(::fcntl(source_, F_DUPFD_CLOEXEC, 0));
        if (!copy) return;
        held_.push_back(std::move(copy));
    }
}

int firstReservedDescriptor() noexcept {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::numeric_limits<int>::max();
    const auto all = std::min<rlim_t>(limit.rlim_cur, std::numeric_limits<int>::max());
    return static_cast<int>(all - std::min(kMostReserved, all / kReservedShare));
}

}  // namespace berth::host
