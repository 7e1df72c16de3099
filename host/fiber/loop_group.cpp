// host/fiber/loop_group.cpp
#include "host/fiber/loop_group.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace berth::host {

LoopGroup::LoopGroup(std::size_t count, std::size_t stackSize)
    : count_(count != 0 ? count : std::max(1U, std::thread::hardware_concurrency())),
      stackSize_(stackSize) {}

void LoopGroup::start() {
    const detail::Lock lock(mutex_);
    if (!loops_.empty()) return;
    ownHelpers_.startOne();  // there when no thread can be started any more
    Loops loops;
    while (loops.size() < count_) {
        const auto number = static_cast<std::uint32_t>(loops.size() + 1);
        loops.push_back(std::make_unique<Loop>(stackSize_, own_, number));
    }
    loops_ = std::move(loops);
}

Loop& LoopGroup::next() noexcept {
    return **std::ranges::min_element(loops_, {}, [](const auto& loop) {
        return std::pair(!loop->turns.load(std::memory_order_relaxed),
                         loop->clients.load(std::memory_order_relaxed));
    });
}

std::size_t LoopGroup::relieve(Loop& loop) noexcept {
    if (!next().turns) return 0;
    auto arrivals = loop.takeArrivals();
    std::size_t count = 0;
    while (!arrivals.empty()) {
        auto& arrival = arrivals.front();
        arrivals.pop_front();
        arrival.moveTo(next());
        ++count;
    }
    return count;
}

std::span<const std::unique_ptr<Loop>> LoopGroup::loops() const {
    const detail::Lock lock(mutex_);
    return loops_;
}

}  // namespace berth::host
