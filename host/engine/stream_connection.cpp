// host/engine/stream_connection.cpp
#include "host/engine/stream_connection.h"

#include <Poco/Timespan.h>
#include <openssl/err.h>

#include <algorithm>

#include "host/engine/plain_io.h"
#include "host/engine/poco_errors.h"

namespace berth::host {
namespace {

constexpr std::size_t kReceivedAtOnce = std::size_t{64} * 1024;

Poco::Timespan timespan(std::chrono::milliseconds duration) {
    return {duration.count() / 1000, (duration.count() % 1000) * 1000};
}

}  // namespace

StreamConnection::StreamConnection(Poco::Net::StreamSocket& socket, ConnectionRecord& record,
                                   const ConnectionLimits& limits)
    : SocketConnection(socket, record) {
    setTimeout(limits.idleTimeout);
    if (limits.writeTimeout.count() > 0) socket.setSendTimeout(timespan(limits.writeTimeout));
    // Poco switches Nagle's algorithm off for each connection that it accepts.
    if (!limits.nodelay && socket.address().af() != AF_UNIX) socket.setNoDelay(false);
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
    if (!secure()) return host::receiveSome(descriptor(), buffer, kNothingSent);
    const auto count = translated(kNothingSent, [&] {
        ::ERR_clear_error();
        return socket().receiveBytes(buffer.data(), clampedLength(buffer.size()));
    });
    return static_cast<std::size_t>(std::max(count, 0));
}

void StreamConnection::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const auto count = sendSome(bytes);
        record().addOut(count);
        bytes = bytes.subspan(count);
    }
}

std::size_t StreamConnection::sendSome(std::span<const std::byte> bytes) {
    try {
        if (!secure()) return host::sendSome(descriptor(), bytes, kNothingTaken);
        const auto count = translated(kNothingTaken, [&] {
            ::ERR_clear_error();
            return socket().sendBytes(bytes.data(), clampedLength(bytes.size()));
        });
        if (count <= 0) throw ConnectionLost("the client is gone");
        return static_cast<std::size_t>(count);
    } catch (const TimedOut&) {
        record().noteWriteTimeout();
        throw;
    }
}

void StreamConnection::setTimeout(std::chrono::milliseconds limit) {
    translated("", [&] {
        constexpr std::chrono::milliseconds kNone{0};
        socket().setReceiveTimeout(
            timespan(limit > kLongestLimit ? kNone : std::max(limit, kNone)));
        return true;
    });
}

}  // namespace berth::host
