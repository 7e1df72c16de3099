// host/fiber/off_loop.h - waiting and working without holding up a loop, wherever the code runs.
#pragma once

#include <poll.h>

#include <chrono>
#include <functional>
#include <span>
#include <type_traits>

#include "berth/detail/run_elsewhere.h"

namespace berth::host {

// True on a fiber, where nothing may block.
[[nodiscard]] bool onFiber() noexcept;

// poll(2); on a fiber only the fiber waits. `limit` negative: for ever. Returns how many are ready;
// negative: errno says why not, which may be EINTR on a thread.
int pollDescriptors(std::span<pollfd> descriptors, std::chrono::milliseconds limit);

// Whose helper threads do the work. The service's own may all be taken by its handlers.
enum class Helpers { OfService, OfHost };

// Runs work that may block: on a fiber on a helper thread while the fiber waits, else in place. It
// is work that does not throw: what leaves a helper thread ends the process.
void runOffLoop(const std::function<void()>& work, Helpers helpers = Helpers::OfService);

// The same for work that returns something and may throw.
template <class Work>
auto offLoop(Work&& work, Helpers helpers = Helpers::OfService) -> std::invoke_result_t<Work&> {
    return detail::runElsewhere([helpers](const auto& run) { runOffLoop(run, helpers); }, work);
}

}  // namespace berth::host
