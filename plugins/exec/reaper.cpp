// plugins/exec/reaper.cpp
#include "exec/reaper.h"

#include <sys/wait.h>

#include <utility>

namespace berth::exec {
namespace {

bool isDead(const UniqueFd& child) {
    siginfo_t status{};
    const auto id = static_cast<id_t>(child.value());
    return ::waitid(P_PIDFD, id, &status, WEXITED | WNOHANG) != 0 || status.si_pid != 0;
}

}  // namespace

void Reaper::adopt(UniqueFd child) {
    const detail::Lock lock(mutex_);
    children_.push_back(std::move(child));
}

void Reaper::collect() noexcept {
    const detail::Lock lock(mutex_);
    std::erase_if(children_, isDead);
}

}  // namespace berth::exec
