// host/fiber/off_loop.cpp
#include "host/fiber/off_loop.h"

#include <algorithm>
#include <limits>

#include "host/fiber/loop.h"

namespace berth::host {

bool onFiber() noexcept {
    return Loop::current() != nullptr;
}

int pollDescriptors(std::span<pollfd> descriptors, std::chrono::milliseconds limit) {
    if (onFiber()) return Loop::ofThread()->poll(descriptors, limit);
    const auto pause = std::clamp<std::chrono::milliseconds::rep>(limit.count(), -1,
                                                                  std::numeric_limits<int>::max());
    return ::poll(descriptors.data(), descriptors.size(), static_cast<int>(pause));
}

void runOffLoop(const std::function<void()>& work, Helpers helpers) {
    if (!onFiber()) return work();
    Loop::ofThread()->runOnHelper(work, helpers == Helpers::OfHost);
}

}  // namespace berth::host
