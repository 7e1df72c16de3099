// plugins/exec/reaper.cpp
#include "exec/reaper.h"

#include <chrono>
#include <utility>

#include "exec/exit_status.h"

namespace berth::exec {
namespace {

using Clock = std::chrono::steady_clock;

// What is not dead by then is left to the host's own end, as a zombie at worst.
constexpr std::chrono::seconds kLastPatience{5};

}  // namespace

Reaper::~Reaper() {
    const auto deadline = Clock::now() + kLastPatience;
    for (const auto& child : children_) static_cast<void>(reapBy(child, deadline));
}

void Reaper::adopt(UniqueFd child) {
    const detail::Lock lock(mutex_);
    children_.push_back(std::move(child));
}

void Reaper::collect() noexcept {
    const detail::Lock lock(mutex_);
    std::erase_if(children_, [](const UniqueFd& child) { return reapNow(child).gone; });
}

}  // namespace berth::exec
