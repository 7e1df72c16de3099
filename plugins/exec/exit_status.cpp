// plugins/exec/exit_status.cpp
#include "exec/exit_status.h"

#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include "berth/detail/uninterrupted.h"

namespace berth::exec {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// Nothing tells when a debugger lets a dead process go.
constexpr milliseconds kAskAgainAfter{5};

milliseconds until(Clock::time_point deadline) {
    return std::max(std::chrono::ceil<milliseconds>(deadline - Clock::now()), milliseconds(0));
}

// The end of a child makes its descriptor readable.
void waitForDeath(const UniqueFd& child, Clock::time_point deadline) {
    pollfd exited{child.value(), POLLIN, 0};
    detail::uninterrupted(
        [&] { return ::poll(&exited, 1, static_cast<int>(until(deadline).count())); });
}

}  // namespace

std::string signalName(int number) {
    if (number >= SIGRTMIN && number <= SIGRTMAX) {
        return number == SIGRTMIN ? "RTMIN" : "RTMIN+" + std::to_string(number - SIGRTMIN);
    }
    const char* name = ::sigabbrev_np(number);
    return name != nullptr ? name : std::to_string(number);
}

Reaped reapNow(const UniqueFd& child) noexcept {
    siginfo_t status{};
    const auto id = static_cast<id_t>(child.value());
    const auto asked =
        detail::uninterrupted([&] { return ::waitid(P_PIDFD, id, &status, WEXITED | WNOHANG); });
    if (asked != 0) return {true, std::nullopt};
    if (status.si_pid == 0) return {};
    return {true, ExitStatus{status.si_code != CLD_EXITED, status.si_status}};
}

Reaped reapBy(const UniqueFd& child, Clock::time_point deadline) noexcept {
    waitForDeath(child, deadline);
    for (;;) {
        const auto left = until(deadline);
        const auto reaped = reapNow(child);
        if (reaped.gone || left == milliseconds(0)) return reaped;
        ::poll(nullptr, 0, static_cast<int>(std::min(left, kAskAgainAfter).count()));
    }
}

}  // namespace berth::exec
