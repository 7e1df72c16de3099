// host/control/channel.cpp
#include "host/control/channel.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketImpl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <optional>

namespace berth::host::control {
namespace {

constexpr int kChunk = 4096;
constexpr std::size_t kMostDiscarded = 1 << 20;

// Never zero, which would mean no limit.
Poco::Timespan until(Channel::Clock::time_point deadline) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - Channel::Clock::now());
    return {0, std::max<long>(left.count(), 1) * 1000};
}

}  // namespace

std::variant<Line, ChannelEnd> Channel::read(Clock::time_point deadline) {
    for (;;) {
        if (auto line = lines_.next()) return *std::move(line);
        if (finished_) return ChannelEnd::Finished;
        if (const auto end = fill(deadline)) return *end;
    }
}

std::optional<ChannelEnd> Channel::fill(Clock::time_point deadline) {
    if (Clock::now() >= deadline) return ChannelEnd::TimedOut;
    std::array<char, kChunk> chunk{};
    try {
        socket_.setReceiveTimeout(until(deadline));
        const auto count = socket_.receiveBytes(chunk.data(), kChunk);
        if (count > 0) {
            lines_.feed({chunk.data(), static_cast<std::size_t>(count)});
        } else {
            finished_ = true;
            lines_.finish();
        }
        return std::nullopt;
    } catch (const Poco::TimeoutException&) {
        return ChannelEnd::TimedOut;
    } catch (const Poco::Exception&) {
        return ChannelEnd::Lost;
    }
}

bool Channel::write(std::string_view text, std::chrono::milliseconds limit) {
    const auto deadline = Clock::now() + limit;
    try {
        while (!text.empty()) {
            if (Clock::now() >= deadline) return false;
            socket_.setSendTimeout(until(deadline));
            const auto sent =
                socket_.sendBytes(text.data(), static_cast<int>(text.size()), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    } catch (const Poco::Exception&) {
        return false;
    }
}

bool Channel::pause(std::chrono::milliseconds duration) {
    pollfd watched{socket_.impl()->sockfd(), 0, 0};  // errors and hang-up only
    return ::poll(&watched, 1, static_cast<int>(duration.count())) == 0;
}

bool Channel::broken() {
    return !pause(std::chrono::milliseconds(0));
}

void Channel::finish() noexcept {
    std::array<char, kChunk> chunk{};
    try {
        if (socket_.secure()) {
            socket_.shutdown();
        } else {
            socket_.shutdownSend();
        }
        for (std::size_t taken = 0; taken < kMostDiscarded; taken += chunk.size()) {
            if (accepted_.receiveBytes(chunk.data(), kChunk, MSG_DONTWAIT) <= 0) return;
        }
    } catch (const Poco::Exception&) {
        return;  // nothing more to take, or the client is gone
    }
}

}  // namespace berth::host::control
