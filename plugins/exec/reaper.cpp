// plugins/exec/reaper.cpp
#include "exec/reaper.h"

#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "berth/detail/uninterrupted.h"

namespace berth::exec {
namespace {

using Clock = std::chrono::steady_clock;

// What is not dead by then is left to the host's own end, as a zombie at worst.
constexpr std::chrono::seconds kLastPatience{5};

bool isDead(const UniqueFd& child) {
    siginfo_t status{};
    const auto id = static_cast<id_t>(child.value());
    return ::waitid(P_PIDFD, id, &status, WEXITED | WNOHANG) != 0 || status.si_pid != 0;
}

// The end of a child makes its descriptor readable.
void waitForDeath(const UniqueFd& child, Clock::time_point deadline) {
    pollfd exited{child.value(), POLLIN, 0};
    detail::uninterrupted([&] {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        return ::poll(&exited, 1, static_cast<int>(std::max<Clock::rep>(left.count(), 0)));
    });
}

}  // namespace

Reaper::~Reaper() {
    const auto deadline = Clock::now() + kLastPatience;
    for (const auto& child : children_) waitForDeath(child, deadline);
    collect();
}

void Reaper::adopt(UniqueFd child) {
    const detail::Lock lock(mutex_);
    children_.push_back(std::move(child));
}

void Reaper::collect() noexcept {
    const detail::Lock lock(mutex_);
    std::erase_if(children_, isDead);
}

}  // namespace berth::exec
