// host/fiber/loop_group.cpp
#include "host/fiber/loop_group.h"

#include <algorithm>
#include <thread>

#include "host/fiber/overrun_report.h"

namespace berth::host {

LoopGroup::LoopGroup(std::size_t count, std::size_t stackSize)
    : count_(count != 0 ? count : std::max(1U, std::thread::hardware_concurrency())),
      stackSize_(stackSize) {}

void LoopGroup::start() {
    const std::lock_guard lock(mutex_);
    if (!loops_.empty()) return;
    overrun_report::install();
    std::vector<std::unique_ptr<Loop>> loops;
    while (loops.size() < count_) {
        loops.push_back(std::make_unique<Loop>(stackSize_, helpers_));
    }
    loops_ = std::move(loops);
}

Loop& LoopGroup::next() noexcept {
    return **std::ranges::min_element(
        loops_, {}, [](const auto& loop) { return loop->clients.load(std::memory_order_relaxed); });
}

}  // namespace berth::host
