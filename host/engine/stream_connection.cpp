// host/engine/stream_connection.cpp
#include "host/engine/stream_connection.h"

#include <Poco/Net/SecureStreamSocket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>

#include "berth/errors.h"

#include "host/engine/plain_io.h"
#include "host/engine/poco_errors.h"

namespace berth::host {
namespace {

constexpr std::size_t kReceivedAtOnce = std::size_t{64} * 1024;
constexpr std::chrono::milliseconds kNow{0};
constexpr std::chrono::milliseconds kLongestSleep{std::chrono::hours(1)};

// Zero: none.
timeval optionFor(std::chrono::milliseconds limit) {
    if (limit.count() <= 0 || limit > kLongestLimit) return {};
    return {.tv_sec = limit.count() / 1000, .tv_usec = (limit.count() % 1000) * 1000};
}

// False when `limit` is over; zero: none. Throws: ConnectionLost when there is no way to wait.
bool becomesReady(int socket, int events, std::chrono::milliseconds limit) {
    const bool endless = limit.count() <= 0 || limit > kLongestLimit;
    const auto deadline = std::chrono::steady_clock::now() + (endless ? kLongestLimit : limit);
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        pollfd state{socket, static_cast<short>(events), 0};
        const auto pause = std::clamp<std::chrono::milliseconds>(left, kNow, kLongestSleep);
        const auto ready = ::poll(&state, 1, static_cast<int>(pause.count()));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) {
            throw ConnectionLost("poll: " + std::generic_category().message(errno));
        }
        if (left.count() <= 0) return false;
    }
}

}  // namespace

StreamConnection::StreamConnection(Poco::Net::StreamSocket& socket, ConnectionRecord& record,
                                   const ConnectionLimits& limits)
    : SocketConnection(socket, record), writeTimeout_(limits.writeTimeout) {
    setTimeout(limits.idleTimeout);
    // Poco switches Nagle's algorithm off for each connection that it accepts. A Unix socket has
    // none, and refuses the option.
    constexpr int kOff = 0;
    if (!limits.nodelay) {
        ::setsockopt(socket.impl()->sockfd(), IPPROTO_TCP, TCP_NODELAY, &kOff, sizeof kOff);
    }
}

StreamConnection::~StreamConnection() {
    linger();
    record().end();
    close();
}

Chunk StreamConnection::receive() {
    if (!buffer_) buffer_ = std::make_unique_for_overwrite<std::byte[]>(kReceivedAtOnce);
    return read({buffer_.get(), kReceivedAtOnce});
}

Chunk StreamConnection::read(std::span<std::byte> buffer) {
    return received(buffer, receiveSome(buffer));
}

std::size_t StreamConnection::receiveSome(std::span<std::byte> buffer) {
    if (!secure()) {
        if (!kernelLimits_) awaitInput();
        return host::receiveSome(descriptor(), buffer, kNothingSent);
    }
    // After TLS's own end of input nothing more need come over TCP.
    if (!ended() && socket().available() <= 0) awaitInput();
    for (;;) {
        const auto result = receiveTls(buffer);
        if (result >= 0) return static_cast<std::size_t>(result);
        awaitTls(result);
    }
}

void StreamConnection::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const auto count = secure() ? sendSecure(bytes) : host::sendSome(descriptor(), bytes);
        if (count == 0) awaitRoom();
        record().addOut(count);
        bytes = bytes.subspan(count);
    }
}

std::size_t StreamConnection::sendSecure(std::span<const std::byte> bytes) {
    for (;;) {
        const auto result = sendTls(bytes);
        if (result > 0) return static_cast<std::size_t>(result);
        awaitTls(result);
    }
}

void StreamConnection::awaitTls(int result) {
    if (result == Poco::Net::SecureStreamSocket::ERR_SSL_WANT_WRITE) return awaitRoom();
    awaitInput();
}

void StreamConnection::awaitInput() {
    if (!becomesReady(descriptor(), POLLIN | POLLRDHUP, timeout_)) throw TimedOut(kNothingSent);
}

void StreamConnection::awaitRoom() {
    if (becomesReady(descriptor(), POLLOUT, writeTimeout_)) return;
    record().noteWriteTimeout();
    throw TimedOut(kNothingTaken);
}

void StreamConnection::setTimeout(std::chrono::milliseconds limit) {
    timeout_ = limit;
    if (secure()) return;
    const auto option = optionFor(limit);
    kernelLimits_ =
        ::setsockopt(descriptor(), SOL_SOCKET, SO_RCVTIMEO, &option, sizeof option) == 0;
}

}  // namespace berth::host
