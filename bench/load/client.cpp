// bench/load/client.cpp - sends messages on one connection and checks the replies.
#include "bench/load/client.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

#include "berth/detail/require.h"

namespace berth::bench {

Client::Trouble troubleOf(int error) {
    const auto reason = std::generic_category().message(error);
    switch (error) {
        case ECONNREFUSED:
        case ENOENT:
            return {Failure::Refused, reason};
        case ECONNRESET:
        case EPIPE:
            return {Failure::Reset, reason};
        case ETIMEDOUT:
            return {Failure::TimedOut, reason};
        default:
            return {Failure::Other, reason};
    }
}

Client::Client(const LoadOptions& options, const Pattern& pattern, std::uint64_t origin)
    : pattern_(&pattern),
      origin_(origin),
      messageSize_(options.messageSize),
      verifyContent_(options.verifyContent),
      begunAt_(options.depth) {}

void Client::open(Descriptor socket, Clock::time_point now) {
    origin_ += sent_;
    socket_ = std::move(socket);
    openedAt_ = now;
    begun_ = taken_ = sent_ = received_ = 0;
}

void Client::reset() noexcept {
    const linger abortive{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.number(), SOL_SOCKET, SO_LINGER, &abortive, sizeof abortive);
    close();
}

void Client::begin(std::size_t depth, Clock::time_point now) {
    BERTH_REQUIRE(depth <= begunAt_.size());
    while (inFlight() < depth) begunAt_[begun_++ % begunAt_.size()] = now;
}

std::optional<Client::Trouble> Client::advance(unsigned events, std::span<std::byte> buffer) {
    if ((events & EPOLLOUT) != 0) {
        if (auto trouble = flush()) return trouble;
    }
    const bool endIsNear = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    if ((events & EPOLLIN) != 0 || endIsNear) return receive(buffer, endIsNear);
    return std::nullopt;
}

std::optional<Client::Trouble> Client::flush() {
    const auto total = begun_ * messageSize_;
    while (sent_ < total) {
        const auto bytes = pattern_->at(origin_ + sent_, total - sent_);
        const auto count = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count < 0) {
            if (errno == EAGAIN) return std::nullopt;
            if (errno == EINTR) continue;
            return troubleOf(errno);
        }
        sent_ += static_cast<std::uint64_t>(count);
    }
    return std::nullopt;
}

// A read that fills less than the buffer took all there was, and more bytes bring a new event;
// only an end that was announced together with them does not, so `endIsNear` reads on to it.
std::optional<Client::Trouble> Client::receive(std::span<std::byte> buffer, bool endIsNear) {
    for (;;) {
        const auto count = ::recv(socket_.number(), buffer.data(), buffer.size(), 0);
        if (count < 0) {
            if (errno == EAGAIN) return std::nullopt;
            if (errno == EINTR) continue;
            return troubleOf(errno);
        }
        if (count == 0) {
            return Trouble{Failure::ClosedEarly,
                           "the server closed the connection with " +
                               std::to_string(begun_ * messageSize_ - received_) +
                               " bytes of the reply missing"};
        }
        const auto bytes = buffer.first(static_cast<std::size_t>(count));
        if (auto trouble = accept(bytes)) return trouble;
        if (bytes.size() < buffer.size() && !endIsNear) return std::nullopt;
    }
}

std::optional<Client::Trouble> Client::accept(std::span<const std::byte> bytes) {
    if (received_ + bytes.size() > sent_) {
        return Trouble{Failure::WrongBytes, "the server sent more bytes than it was sent"};
    }
    if (verifyContent_ && !pattern_->matches(origin_ + received_, bytes)) {
        return Trouble{Failure::WrongBytes, "a reply differs from what was sent, within bytes " +
                                                std::to_string(received_) + " to " +
                                                std::to_string(received_ + bytes.size())};
    }
    received_ += bytes.size();
    return std::nullopt;
}

std::optional<Clock::time_point> Client::takeReply() noexcept {
    if (begun_ == taken_ || received_ < (taken_ + 1) * messageSize_) return std::nullopt;
    return begunAt_[taken_++ % begunAt_.size()];
}

}  // namespace berth::bench
