// cli/net/channel.cpp
#include "cli/net/channel.h"

#include <Poco/Exception.h>
#include <Poco/Net/SecureStreamSocket.h>

#include <algorithm>
#include <array>
#include <limits>

#include "berth/units.h"
#include "cli/app/failure.h"
#include "cli/net/connector.h"
#include "cli/net/tls.h"

namespace berth::cli {
namespace {

// Makes a socket non-blocking until destroyed.
class NonBlocking {
public:
    explicit NonBlocking(Poco::Net::StreamSocket& socket) : socket_(socket) {
        socket_.setBlocking(false);
    }
    NonBlocking(const NonBlocking&) = delete;
    NonBlocking& operator=(const NonBlocking&) = delete;
    ~NonBlocking() {
        try {
            socket_.setBlocking(true);
        } catch (const Poco::Exception&) {
            return;  // the socket is gone; the next call on it tells
        }
    }

private:
    Poco::Net::StreamSocket& socket_;
};

}  // namespace

Channel::Channel(const Endpoint& endpoint, const ConnectOptions& options)
    : name_(toString(endpoint)),
      transport_(connectTo(endpoint, options.connectLimit)),
      socket_(transport_),
      silenceLimit_(options.silenceLimit) {
    socket_.setReceiveTimeout(timespan(options.connectLimit));
    socket_.setSendTimeout(timespan(options.connectLimit));
    try {
        if (endpoint.kind == Endpoint::Kind::Tcp) socket_.setNoDelay(true);
        if (options.tls.enabled) socket_ = startTls(socket_, endpoint.host, options.tls);
        socket_.setReceiveTimeout(timespan(silenceLimit_));
        socket_.setSendTimeout(timespan(silenceLimit_));
    } catch (const Poco::Exception& error) {
        throw TransportFailure(ExitCode::Unavailable, name_ + ": " + socketReason(error));
    }
}

std::string_view Channel::receive(std::span<char> buffer) {
    if (ahead_) {
        const auto count = ahead_->copy(buffer.data(), buffer.size());
        ahead_->erase(0, count);
        if (ahead_->empty()) ahead_.reset();
        return {buffer.data(), count};
    }
    constexpr std::size_t kMost = std::numeric_limits<int>::max();
    try {
        const auto count =
            socket_.receiveBytes(buffer.data(), static_cast<int>(std::min(buffer.size(), kMost)));
        if (count < 0) throw TransportFailure(ExitCode::Unavailable, name_ + ": connection lost");
        return {buffer.data(), static_cast<std::size_t>(count)};
    } catch (const Poco::TimeoutException&) {
        throw TransportFailure(ExitCode::TryAgain, name_ + ": said nothing for " +
                                                       formatDuration(silenceLimit_) +
                                                       "; --timeout sets how long to wait");
    } catch (const Poco::Exception& error) {
        throw TransportFailure(ExitCode::Unavailable,
                               name_ + ": connection lost: " + socketReason(error));
    }
}

void Channel::send(std::string_view bytes) {
    constexpr std::size_t kMost = std::size_t{1} << 20;
    try {
        while (!bytes.empty()) {
            const auto count =
                socket_.sendBytes(bytes.data(), static_cast<int>(std::min(bytes.size(), kMost)));
            if (count <= 0) {
                throw TransportFailure(ExitCode::Unavailable, name_ + ": connection lost");
            }
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    } catch (const Poco::TimeoutException&) {
        throw TransportFailure(ExitCode::TryAgain, name_ + ": took no byte for " +
                                                       formatDuration(silenceLimit_) +
                                                       "; --timeout sets how long to wait");
    } catch (const Poco::Exception& error) {
        throw TransportFailure(ExitCode::Unavailable,
                               name_ + ": connection lost: " + socketReason(error));
    }
}

void Channel::finish() {
    try {
        // Of a TLS connection in blocking mode Poco would close both directions.
        if (socket_.secure()) {
            const NonBlocking moment(transport_);
            socket_.shutdown();
        } else {
            socket_.shutdownSend();
        }
    } catch (const Poco::Exception&) {
        return;  // the other side is gone already, which the next receive() will tell
    }
}

bool Channel::readable(std::chrono::milliseconds wait) {
    if (ahead_) return true;
    if (!socket_.secure()) return socket_.poll(timespan(wait), Poco::Net::Socket::SELECT_READ);
    const bool something =
        socket_.available() > 0 || socket_.poll(timespan(wait), Poco::Net::Socket::SELECT_READ);
    return something && lookAhead();
}

// Of a readable TLS connection only reading tells whether there is content: a session ticket, for
// one, is none, and a blocking read would wait behind it.
bool Channel::lookAhead() {
    std::array<char, 16384> buffer{};
    try {
        const NonBlocking moment(transport_);
        const auto count = socket_.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
        if (count < 0) return false;
        ahead_.emplace(buffer.data(), static_cast<std::size_t>(count));
        return true;
    } catch (const Poco::Exception& error) {
        throw TransportFailure(ExitCode::Unavailable,
                               name_ + ": connection lost: " + socketReason(error));
    }
}

int Channel::descriptor() const {
    return socket_.impl()->sockfd();
}

}  // namespace berth::cli
