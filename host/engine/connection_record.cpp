// host/engine/connection_record.cpp
#include "host/engine/connection_record.h"

#include <sys/socket.h>

#include <ctime>
#include <utility>

namespace berth::host {

ConnectionRecord::ConnectionRecord(Facts facts, const Poco::Net::StreamSocket& socket)
    : facts_(std::move(facts)), socket_(socket) {}

std::chrono::milliseconds ConnectionRecord::idle() const noexcept {
    return std::chrono::milliseconds(coarseNow() - lastActive_.load(std::memory_order_relaxed));
}

void ConnectionRecord::cut(CutReason reason) noexcept {
    auto none = CutReason::None;
    cut_.compare_exchange_strong(none, reason, std::memory_order_acq_rel);
    auto free = Hold::Free;
    if (!hold_.compare_exchange_strong(free, Hold::Cutting)) return;  // cut already, or ended
    // shutdown(2) wakes the handler's recv, send and poll; closing is the handler's.
    if (socket_->impl()->initialized()) ::shutdown(socket_->impl()->sockfd(), SHUT_RDWR);
    if (auto* const observer = observer_.load()) observer->onCut();
    hold_ = Hold::Free;
    hold_.notify_one();
}

void ConnectionRecord::end() noexcept {
    auto free = Hold::Free;
    while (!hold_.compare_exchange_weak(free, Hold::Ended)) {
        hold_.wait(Hold::Cutting);
        free = Hold::Free;
    }
    socket_.reset();
    observer_ = nullptr;
}

std::int64_t ConnectionRecord::coarseNow() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace berth::host
