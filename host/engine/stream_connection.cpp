// host/engine/stream_connection.cpp
#include "host/engine/stream_connection.h"

#include <Poco/Net/NetException.h>
#include <Poco/Timespan.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <system_error>
#include <utility>
#include <vector>

#include "berth/errors.h"
#include "host/engine/plain_io.h"

namespace berth::host {
namespace {

constexpr std::size_t kBufferSize = std::size_t{64} * 1024;
constexpr std::size_t kLingerBytes = std::size_t{256} * 1024;
constexpr std::chrono::milliseconds kLingerTime{1000};
constexpr std::chrono::milliseconds kLongestPoll{std::numeric_limits<int>::max()};
constexpr std::chrono::milliseconds kCutCheck{100};

using Clock = std::chrono::steady_clock;

Poco::Timespan timespan(std::chrono::milliseconds duration) {
    return {duration.count() / 1000, (duration.count() % 1000) * 1000};
}

int length(std::size_t size) noexcept {
    return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

// Runs a call into Poco and turns what it throws into what a Connection may throw.
template <class Call>
auto translated(const char* timeoutText, Call&& call) {
    try {
        return call();
    } catch (const Poco::TimeoutException&) {
        throw TimedOut(timeoutText);
    } catch (const Poco::Exception& error) {
        // What Poco makes of a send that met SO_SNDTIMEO.
        if (error.code() == EAGAIN) throw TimedOut(timeoutText);
        throw ConnectionLost(error.displayText());
    }
}

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

}  // namespace

StreamConnection::StreamConnection(Poco::Net::StreamSocket& socket, ConnectionRecord& record,
                                   const ConnectionLimits& limits)
    : socket_(socket),
      record_(record),
      secure_(socket.secure()),
      descriptor_(socket.impl()->sockfd()) {
    setTimeout(limits.idleTimeout);
    if (limits.writeTimeout.count() > 0) socket_.setSendTimeout(timespan(limits.writeTimeout));
    if (limits.keepalive) socket_.setKeepAlive(true);
    // Poco switches Nagle's algorithm off for each connection that it accepts.
    if (!limits.nodelay) socket_.setNoDelay(false);
}

StreamConnection::~StreamConnection() {
    if (!ended_ && record_.cutReason() == CutReason::None) linger();
    record_.end();
    try {
        socket_.close();
    } catch (const Poco::Exception&) {
        // The descriptor is gone in any case.
    }
}

Chunk StreamConnection::receive() {
    if (!buffer_) buffer_ = std::make_unique_for_overwrite<std::byte[]>(kBufferSize);
    return read({buffer_.get(), kBufferSize});
}

Chunk StreamConnection::read(std::span<std::byte> buffer) {
    const auto count = receiveSome(buffer);
    if (count == 0) {
        ended_ = true;
        if (record_.cutReason() != CutReason::None) throw ConnectionLost("cut by the host");
        record_.noteEndOfInput();
        return {};
    }
    record_.addIn(count);
    return buffer.first(count);
}

std::size_t StreamConnection::receiveSome(std::span<std::byte> buffer) {
    constexpr auto kTimeout = "the client sent nothing within the idle timeout";
    if (!secure_) return host::receiveSome(descriptor_, buffer, kTimeout);
    const auto count = translated(
        kTimeout, [&] { return socket_.receiveBytes(buffer.data(), length(buffer.size())); });
    return static_cast<std::size_t>(std::max(count, 0));
}

void StreamConnection::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const auto count = sendSome(bytes);
        record_.addOut(count);
        bytes = bytes.subspan(count);
    }
}

std::size_t StreamConnection::sendSome(std::span<const std::byte> bytes) {
    constexpr auto kTimeout = "the client took nothing within the write timeout";
    try {
        if (!secure_) return host::sendSome(descriptor_, bytes, kTimeout);
        const auto count = translated(
            kTimeout, [&] { return socket_.sendBytes(bytes.data(), length(bytes.size())); });
        if (count <= 0) throw ConnectionLost("the client is gone");
        return static_cast<std::size_t>(count);
    } catch (const TimedOut&) {
        record_.noteWriteTimeout();
        throw;
    }
}

void StreamConnection::finish() {
    if (finished_) return;
    finished_ = true;
    translated("", [&] {
        socket_.shutdownSend();
        return true;
    });
}

WaitResult StreamConnection::wait(std::span<pollfd> descriptors, std::chrono::milliseconds limit,
                                  ClientEvent watched) {
    using std::chrono::milliseconds;
    const auto deadline = Clock::now() + limit;
    // Bytes that TLS has decrypted already are invisible to poll(2).
    if (has(watched, ClientEvent::Input) && socket_.secure() && socket_.available() > 0) {
        return {0, ClientEvent::Input};
    }
    short wanted = POLLERR;
    if (has(watched, ClientEvent::Input)) wanted |= POLLIN;
    if (has(watched, ClientEvent::Finished)) wanted |= POLLRDHUP;

    std::vector<pollfd> all(descriptors.begin(), descriptors.end());
    auto& client = all.emplace_back(pollfd{socket_.impl()->sockfd(), wanted, 0});
    auto longest = kLongestPoll;
    for (;;) {
        const auto left =
            limit.count() < 0 ? longest : std::chrono::ceil<milliseconds>(deadline - Clock::now());
        const auto pause = std::clamp(left, milliseconds::zero(), longest);
        const auto ready = ::poll(all.data(), all.size(), static_cast<int>(pause.count()));
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

void StreamConnection::setTimeout(std::chrono::milliseconds limit) {
    translated("", [&] {
        socket_.setReceiveTimeout(timespan(std::max(limit, std::chrono::milliseconds::zero())));
        return true;
    });
}

std::string_view StreamConnection::peer() const noexcept {
    return record_.facts().peer;
}
std::string_view StreamConnection::local() const noexcept {
    return record_.facts().local;
}

void StreamConnection::linger() noexcept {
    const auto descriptor = socket_.impl()->sockfd();
    std::array<std::byte, 4096> sink{};
    const auto deadline = Clock::now() + kLingerTime;
    std::size_t taken = 0;
    bool toldEnd = false;
    while (taken < kLingerBytes) {
        const auto count = ::recv(descriptor, sink.data(), sink.size(), MSG_DONTWAIT);
        if (count == 0 || (count < 0 && errno != EAGAIN)) return;
        if (count < 0) {
            if (taken == 0) return;  // nothing unread: an ordinary close resets nobody
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
            pollfd readable{descriptor, POLLIN, 0};
            if (left.count() <= 0 || ::poll(&readable, 1, static_cast<int>(left.count())) <= 0)
                return;
            continue;
        }
        taken += static_cast<std::size_t>(count);
        if (!std::exchange(toldEnd, true)) ::shutdown(descriptor, SHUT_WR);
    }
}

}  // namespace berth::host
