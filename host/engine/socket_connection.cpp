// host/engine/socket_connection.cpp
#include "host/engine/socket_connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <limits>
#include <system_error>
#include <utility>
#include <vector>

#include "host/engine/poco_errors.h"
#include "host/fiber/off_loop.h"

namespace berth::host {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kLingerBytes = std::size_t{256} * 1024;
constexpr milliseconds kLingerTime{1000};
constexpr milliseconds kLongestWait{std::numeric_limits<int>::max()};
constexpr milliseconds kCutCheck{100};

ClientEvent clientEvents(short revents, ClientEvent watched) noexcept {
    auto events = ClientEvent::None;
    if ((revents & (POLLERR | POLLNVAL)) != 0) events = events | ClientEvent::Lost;
    if ((revents & POLLIN) != 0 && has(watched, ClientEvent::Input)) {
        events = events | ClientEvent::Input;
    }
    if ((revents & (POLLRDHUP | POLLHUP)) != 0 && has(watched, ClientEvent::Finished)) {
        events = events | ClientEvent::Finished;
    }
    return events;
}

short pollEvents(ClientEvent watched) noexcept {
    short wanted = POLLERR;
    if (has(watched, ClientEvent::Input)) wanted |= POLLIN;
    if (has(watched, ClientEvent::Finished)) wanted |= POLLRDHUP;
    return wanted;
}

// As many bytes as one call of Poco takes, whose counts are int.
int clampedLength(std::size_t size) noexcept {
    return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

// Zero or more milliseconds until the deadline.
milliseconds until(Clock::time_point deadline) {
    return std::max(std::chrono::ceil<milliseconds>(deadline - Clock::now()), milliseconds::zero());
}

}  // namespace

SocketConnection::SocketConnection(Poco::Net::StreamSocket& socket, ConnectionRecord& record)
    : socket_(socket),
      record_(record),
      descriptor_(socket.impl()->sockfd()),
      secure_(socket.secure()) {}

void SocketConnection::close() noexcept {
    try {
        socket_.close();
    } catch (const Poco::Exception&) {
        // The descriptor is gone in any case.
    }
}

int SocketConnection::receiveTls(std::span<std::byte> buffer) {
    return translated(kNothingSent, [&] {
        clearTlsErrors();
        return socket_.receiveBytes(buffer.data(), clampedLength(buffer.size()));
    });
}

int SocketConnection::sendTls(std::span<const std::byte> bytes) {
    const auto result = translated(kNothingTaken, [&] {
        clearTlsErrors();
        return socket_.sendBytes(bytes.data(), clampedLength(bytes.size()));
    });
    if (result == 0) throw ConnectionLost("the client is gone");
    return result;
}

Chunk SocketConnection::received(std::span<std::byte> buffer, std::size_t count) {
    if (count == 0) {
        ended_ = true;
        if (record_.cutReason() != CutReason::None) throw ConnectionLost("cut by the host");
        record_.noteEndOfInput();
        return {};
    }
    record_.addIn(count);
    return buffer.first(count);
}

void SocketConnection::finish() {
    if (std::exchange(finished_, true)) return;
    translated("", [&] {
        if (secure_) {
            finishTls();
        } else {
            socket_.shutdownSend();
        }
        return true;
    });
}

void SocketConnection::finishTls() {
    // The farewell is not tried twice, so there must be room for it.
    pollfd writable{descriptor_, POLLOUT, 0};
    pollDescriptors({&writable, 1}, kLingerTime);
    // Poco ends the one direction only, by the protocol's own means, while the socket beneath
    // does not block, and both otherwise.
    auto& beneath = record_.accepted();
    const bool blocking = beneath.getBlocking();
    beneath.setBlocking(false);
    socket_.shutdown();
    beneath.setBlocking(blocking);
}

WaitResult SocketConnection::wait(std::span<pollfd> descriptors, milliseconds limit,
                                  ClientEvent watched) {
    if (limit > kLongestLimit) limit = milliseconds(-1);
    const auto deadline = Clock::now() + limit;
    // Bytes that TLS has decrypted already are invisible to poll(2).
    if (has(watched, ClientEvent::Input) && secure_ && socket_.available() > 0) {
        return {0, ClientEvent::Input};
    }
    std::vector<pollfd> all(descriptors.begin(), descriptors.end());
    auto& client = all.emplace_back(pollfd{descriptor_, pollEvents(watched), 0});
    auto longest = kLongestWait;
    for (;;) {
        const auto left = limit.count() < 0 ? longest : std::min(until(deadline), longest);
        const auto ready = pollDescriptors(all, left);
        if (record_.cutReason() != CutReason::None) throw ConnectionLost("cut by the host");
        if (ready < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category());
        if (ready == 1 && client.revents != 0 &&
            clientEvents(client.revents, watched) == ClientEvent::None) {
            // A hang-up that nobody watches would end each poll at once. Without the socket a cut
            // wakes nobody either, so it is looked for now and then.
            client = {-1, 0, 0};
            longest = kCutCheck;
        } else if (ready > 0) {
            std::ranges::copy(std::span(all).first(descriptors.size()), descriptors.begin());
            const auto fired = std::ranges::count_if(
                descriptors, [](const pollfd& descriptor) { return descriptor.revents != 0; });
            return {static_cast<std::size_t>(fired), clientEvents(client.revents, watched)};
        } else if (limit.count() >= 0 && Clock::now() >= deadline) {
            for (auto& descriptor : descriptors) descriptor.revents = 0;
            return {};
        }
    }
}

void SocketConnection::linger() noexcept {
    if (ended_ || record_.cutReason() != CutReason::None) return;
    std::array<std::byte, 1024> sink{};
    const auto deadline = Clock::now() + kLingerTime;
    std::size_t taken = 0;
    bool toldEnd = false;
    while (taken < kLingerBytes) {
        const auto count = ::recv(descriptor_, sink.data(), sink.size(), MSG_DONTWAIT);
        if (count == 0 || (count < 0 && errno != EAGAIN)) return;
        if (count < 0) {
            if (taken == 0) return;  // nothing unread: an ordinary close resets nobody
            const auto left = until(deadline);
            pollfd readable{descriptor_, POLLIN, 0};
            if (left.count() == 0 || pollDescriptors({&readable, 1}, left) <= 0) return;
            continue;
        }
        taken += static_cast<std::size_t>(count);
        if (!std::exchange(toldEnd, true)) ::shutdown(descriptor_, SHUT_WR);
    }
}

}  // namespace berth::host
