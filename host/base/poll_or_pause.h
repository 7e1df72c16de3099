// host/base/poll_or_pause.h - poll(2) for loops that ask again whatever it says.
#pragma once

#include <poll.h>

#include <cerrno>
#include <chrono>
#include <span>
#include <thread>

namespace berth::host {

// As poll(2). When the kernel refuses to wait, as below a limit on descriptors that was lowered
// meanwhile, it pauses: whoever asks again at once does not spin.
inline int pollOrPause(std::span<pollfd> watched, int milliseconds) noexcept {
    constexpr std::chrono::milliseconds kPause(50);
    const auto ready = ::poll(watched.data(), watched.size(), milliseconds);
    if (ready < 0 && errno != EINTR) std::this_thread::sleep_for(kPause);
    return ready;
}

}  // namespace berth::host
