// host/engine/fiber_connection.cpp
#include "host/engine/fiber_connection.h"

#include <Poco/Net/SecureStreamSocket.h>
#include <sys/socket.h>

#include <ctime>
#include <system_error>

#include "host/engine/poco_errors.h"
#include "host/fiber/off_loop.h"

namespace berth::host {
namespace {

using Poco::Net::SecureStreamSocket;
using std::chrono::milliseconds;

// How far the coarse clock, which costs next to nothing, may lag behind.
constexpr milliseconds kCoarseTick{10};

Loop::Clock::time_point deadlineAfter(milliseconds limit) noexcept {
    if (limit.count() <= 0 || limit > kLongestLimit) return Fiber::kNever;
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return Loop::Clock::time_point(std::chrono::seconds(now.tv_sec) +
                                   std::chrono::nanoseconds(now.tv_nsec)) +
           limit + kCoarseTick;
}

// For a sink whose bytes arrive on the loop.
class OffLoopSink final : public Sink {
public:
    explicit OffLoopSink(Sink& sink) : sink_(sink) {}

    [[nodiscard]] std::span<std::byte> room() override {
        return offLoop([this] { return sink_.room(); });
    }
    void take(std::span<const std::byte> bytes) override {
        offLoop([&] { sink_.take(bytes); });
    }

private:
    Sink& sink_;
};

}  // namespace

FiberConnection::FiberConnection(Poco::Net::StreamSocket& socket, ConnectionRecord& record,
                                 const ConnectionLimits& limits, SocketWatch& watch)
    : SocketConnection(socket, record),
      watch_(watch),
      loop_(watch.loop()),
      idleTimeout_(limits.idleTimeout),
      writeTimeout_(limits.writeTimeout) {
    record.observeCuts(*this);
    record.noteLoop(loop_.number());
    Loop::current()->alsoTouches = record.hottest();
}

FiberConnection::~FiberConnection() {
    loop_.giveBack();
    linger();
    record().end();
    watch_.end();
    close();
}

// Flat, since a client that is lost unwinds through each function in between. A fiber never leaves
// its thread, so what is inlined may keep the address of errno across a wait.
[[gnu::flatten]] Chunk FiberConnection::receive() {
    for (;;) {
        awaitInput();
        const auto buffer = loop_.lend();
        if (const auto count = tryReceive(buffer)) return received(buffer, *count);
        loop_.giveBack();
    }
}

Chunk FiberConnection::read(std::span<std::byte> buffer) {
    for (;;) {
        awaitInput();
        if (const auto count = tryReceive(buffer)) return received(buffer, *count);
    }
}

void FiberConnection::awaitInput() {
    loop_.giveBack();
    loop_.takeTurns();
    if (watch_.ready(Direction::Read) || (secure() && socket().available() > 0)) return;
    if (!watch_.await(Direction::Read, deadlineAfter(idleTimeout_))) throw TimedOut(kNothingSent);
}

void FiberConnection::awaitRoom() {
    if (watch_.await(Direction::Write, deadlineAfter(writeTimeout_))) return;
    record().noteWriteTimeout();
    throw TimedOut(kNothingTaken);
}

void FiberConnection::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        loop_.takeTurns();
        if (const auto count = trySend(bytes)) {
            record().addOut(*count);
            bytes = bytes.subspan(*count);
        } else {
            awaitRoom();
        }
    }
}

std::uint64_t FiberConnection::copyTo(Sink& sink, std::uint64_t count) {
    if (secure()) {
        OffLoopSink offLoop(sink);
        return Connection::copyTo(offLoop, count);
    }
    SinkPump pump(descriptor(), record(), sink, count);
    while (pump.left() > 0) {
        awaitInput();
        switch (pumpOffLoop(pump)) {
            case SinkPump::Stop::Complete:
            case SinkPump::Stop::Idle:
                break;
            case SinkPump::Stop::End:
                static_cast<void>(received({}, 0));
                return count - pump.left();
            case SinkPump::Stop::Lost:
                lose(pump.error());
        }
    }
    return count;
}

SinkPump::Stop FiberConnection::pumpOffLoop(SinkPump& pump) {
    watch_.mute();
    const auto listenAgain = [this] {
        watch_.blocked(Direction::Read);
        watch_.nudge();
    };
    try {
        const auto stop = offLoop([&] { return pump.run(); });
        listenAgain();
        return stop;
    } catch (...) {
        listenAgain();
        throw;
    }
}

std::optional<std::size_t> FiberConnection::tryReceive(std::span<std::byte> buffer) {
    if (secure()) return tryReceiveSecure(buffer);
    for (;;) {
        const auto count = ::recv(descriptor(), buffer.data(), buffer.size(), 0);
        if (count >= 0) {
            const auto size = static_cast<std::size_t>(count);
            if (size < buffer.size()) watch_.drained();
            return size;
        }
        if (errno == EAGAIN) {
            watch_.blocked(Direction::Read);
            return std::nullopt;
        }
        if (errno != EINTR) lose(errno);
    }
}

std::optional<std::size_t> FiberConnection::trySend(std::span<const std::byte> bytes) {
    if (secure()) return trySendSecure(bytes);
    for (;;) {
        const auto count = ::send(descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count >= 0) {
            const auto size = static_cast<std::size_t>(count);
            if (size < bytes.size()) watch_.filled();
            return size;
        }
        if (errno == EAGAIN) {
            watch_.blocked(Direction::Write);
            return std::nullopt;
        }
        if (errno != EINTR) lose(errno);
    }
}

std::optional<std::size_t> FiberConnection::tryReceiveSecure(std::span<std::byte> buffer) {
    const auto result = receiveTls(buffer);
    if (result >= 0) return static_cast<std::size_t>(result);
    loop_.giveBack();
    awaitTls(result);
    return std::nullopt;
}

std::optional<std::size_t> FiberConnection::trySendSecure(std::span<const std::byte> bytes) {
    const auto result = sendTls(bytes);
    if (result > 0) return static_cast<std::size_t>(result);
    awaitTls(result);
    return std::size_t{0};
}

void FiberConnection::awaitTls(int result) {
    if (result == SecureStreamSocket::ERR_SSL_WANT_WRITE) {
        watch_.blocked(Direction::Write);
        return awaitRoom();
    }
    watch_.blocked(Direction::Read);
    if (!watch_.await(Direction::Read, deadlineAfter(idleTimeout_))) throw TimedOut(kNothingSent);
}

void FiberConnection::lose(int error) {
    noteLost();
    throw ConnectionLost(std::generic_category().message(error));
}

}  // namespace berth::host
