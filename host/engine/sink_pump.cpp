// host/engine/sink_pump.cpp
#include "host/engine/sink_pump.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <span>

namespace berth::host {
namespace {

constexpr std::size_t kPumpedAtOnce = std::size_t{256} * 1024;
// Longer than a fast client needs for its next segment.
constexpr int kPatienceMilliseconds = 2;
// Then other work gets the thread.
constexpr std::chrono::milliseconds kLongestTurn{100};

}  // namespace

SinkPump::Stop SinkPump::run() {
    const auto turnEnds = std::chrono::steady_clock::now() + kLongestTurn;
    while (left_ > 0) {
        auto free = room();
        free = free.first(static_cast<std::size_t>(std::min<std::uint64_t>(free.size(), left_)));
        const auto count = ::recv(socket_, free.data(), free.size(), MSG_DONTWAIT);
        if (count > 0) {
            const auto bytes = free.first(static_cast<std::size_t>(count));
            record_.addIn(bytes.size());
            left_ -= bytes.size();
            sink_.take(bytes);
            if (std::chrono::steady_clock::now() >= turnEnds) break;
        } else if (count == 0) {
            return Stop::End;
        } else if (errno == EAGAIN) {
            if (!moreSoon()) return Stop::Idle;
        } else if (errno != EINTR) {
            error_ = errno;
            return Stop::Lost;
        }
    }
    return left_ == 0 ? Stop::Complete : Stop::Idle;
}

std::span<std::byte> SinkPump::room() {
    if (const auto own = sink_.room(); !own.empty()) return own;
    if (!buffer_) buffer_ = std::make_unique_for_overwrite<std::byte[]>(kPumpedAtOnce);
    return {buffer_.get(), kPumpedAtOnce};
}

bool SinkPump::moreSoon() const noexcept {
    pollfd readable{socket_, POLLIN, 0};
    const auto ready = ::poll(&readable, 1, kPatienceMilliseconds);
    return ready > 0 || (ready < 0 && errno == EINTR);
}

}  // namespace berth::host
