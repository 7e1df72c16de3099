// host/control/server/channel.cpp
#include "host/control/server/channel.h"

#include <Poco/ErrorHandler.h>
#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketImpl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>
#include <thread>

namespace berth::host::control {
namespace {

constexpr int kChunk = 4096;
constexpr long kLongestPoll = 3'600'000;             // ms
constexpr std::chrono::milliseconds kPollPause{10};  // when the kernel has no memory for it
constexpr std::size_t kMostDiscarded = 1 << 20;

// Never zero, which would mean no limit.
Poco::Timespan until(Channel::Clock::time_point deadline) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - Channel::Clock::now());
    return {0, std::max<long>(left.count(), 1) * 1000};
}

// Of the host's own kind: a client that breaks its connection needs no word.
void tellUnlessBroken(int error) {
    if (error == ECONNRESET || error == EPIPE || error == ETIMEDOUT || error == ENOTCONN) return;
    Poco::ErrorHandler::handle(std::system_error(error, std::generic_category(), "control"));
}

void tell(const Poco::Exception& error) {
    if (dynamic_cast<const Poco::Net::NetException*>(&error) == nullptr) {
        tellUnlessBroken(error.code());
    }
}

// Whether one of the events, an end or an error came by the deadline.
bool ready(int descriptor, short events, Channel::Clock::time_point deadline) {
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - Channel::Clock::now());
        pollfd watched{descriptor, events, 0};
        const auto found =
            ::poll(&watched, 1, static_cast<int>(std::clamp<long>(left.count(), 0, kLongestPoll)));
        if (found > 0) return true;
        if (Channel::Clock::now() >= deadline) return false;
        if (found < 0 && errno != EINTR) std::this_thread::sleep_for(kPollPause);
    }
}

}  // namespace

std::optional<ChannelEnd> Channel::await(Clock::time_point deadline) {
    if (finished_) return ChannelEnd::Finished;
    if (socket_.secure() && socket_.available() > 0) return std::nullopt;
    if (!ready(socket_.impl()->sockfd(), POLLIN, deadline)) return ChannelEnd::TimedOut;
    return std::nullopt;
}

std::optional<ChannelEnd> Channel::take(Clock::time_point deadline) {
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
    } catch (const Poco::Exception& error) {
        tell(error);
        return ChannelEnd::Lost;
    }
}

bool Channel::write(std::string_view text, std::chrono::milliseconds limit) {
    const auto deadline = Clock::now() + limit;
    while (!text.empty()) {
        const auto sent =
            socket_.secure() ? sendSomeSecure(text, deadline) : sendSome(text, deadline);
        if (sent == 0) break;
        text.remove_prefix(sent);
    }
    if (text.empty()) return true;
    unwritable_ = true;
    return false;
}

// A send that blocks has a time of its own for each part, so this one never does.
std::size_t Channel::sendSome(std::string_view text, Clock::time_point deadline) {
    const auto descriptor = socket_.impl()->sockfd();
    for (;;) {
        const auto sent = ::send(descriptor, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) return static_cast<std::size_t>(sent);
        if (errno == EINTR) continue;
        if (errno != EAGAIN) {
            tellUnlessBroken(errno);
            return 0;
        }
        if (!ready(descriptor, POLLOUT, deadline)) return 0;
    }
}

std::size_t Channel::sendSomeSecure(std::string_view text, Clock::time_point deadline) {
    if (!ready(socket_.impl()->sockfd(), POLLOUT, deadline)) return 0;
    try {
        socket_.setSendTimeout(until(deadline));
        const auto size = std::min<std::size_t>(text.size(), kChunk);
        return static_cast<std::size_t>(
            std::max(socket_.sendBytes(text.data(), static_cast<int>(size), MSG_NOSIGNAL), 0));
    } catch (const Poco::Exception& error) {
        tell(error);
        return 0;
    }
}

bool Channel::pause(std::chrono::milliseconds duration) {
    const short none = 0;  // errors and hang-up only
    return !ready(socket_.impl()->sockfd(), none, Clock::now() + duration);
}

bool Channel::broken() {
    return !pause(std::chrono::milliseconds(0));
}

void Channel::finish() noexcept {
    std::array<char, kChunk> chunk{};
    try {
        if (unwritable_) return accepted_.setLinger(true, 0);
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
