// plugins/exec/reaper.cpp
#include "exec/reaper.h"

#include <chrono>
#include <utility>

#include "exec/exit_status.h"

namespace berth::exec {
namespace {

using Clock = std::chrono::steady_clock;

// What cannot be reaped by then is left to the host's own end, as a zombie at worst.
constexpr std::chrono::seconds kLastPatience{5};

}  // namespace

Reaper::~Reaper() {
    const auto deadline = Clock::now() + kLastPatience;
    for (const auto& child : children_) static_cast<void>(reapBy(child, deadline));
}

void Reaper::adopt(Child child) noexcept {
    const detail::Lock lock(mutex_);
    children_.splice(children_.end(), child);
}

void Reaper::collect() noexcept {
    const detail::Lock lock(mutex_);
    std::erase_if(children_, [](const UniqueFd& child) { return reapNow(child).gone; });
}

}  // namespace berth::exec
