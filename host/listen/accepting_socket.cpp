// host/listen/accepting_socket.cpp
#include "host/listen/accepting_socket.h"

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include "host/listen/accepted_socket.h"

namespace berth::host {
namespace {

UniqueFd openReserve() {
    return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

bool outOfDescriptors(int error) noexcept {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

AcceptingSocketImpl::AcceptingSocketImpl(UniqueFd listening)
    : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), reserve_(openReserve()) {
    if (!wake_) throw std::system_error(errno, std::generic_category(), "eventfd");
    reset(listening.release());
    setBlocking(false);
}

void AcceptingSocketImpl::interrupt() noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.value(), &one, sizeof one);
}

void AcceptingSocketImpl::resume(bool nonBlocking) noexcept {
    acceptFlags_ = SOCK_CLOEXEC | (nonBlocking ? SOCK_NONBLOCK : 0);
    std::uint64_t count = 0;
    [[maybe_unused]] const auto bytes = ::read(wake_.value(), &count, sizeof count);
}

bool AcceptingSocketImpl::poll(const Poco::Timespan& timeout, int) {
    std::array<pollfd, 2> watched{pollfd{sockfd(), POLLIN, 0}, pollfd{wake_.value(), POLLIN, 0}};
    const auto ready =
        ::poll(watched.data(), watched.size(), static_cast<int>(timeout.totalMilliseconds()));
    return ready > 0 && watched[1].revents == 0 && (watched[0].revents & POLLIN) != 0;
}

Poco::Net::SocketImpl* AcceptingSocketImpl::acceptConnection(Poco::Net::SocketAddress& peer) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    UniqueFd accepted(
        ::accept4(sockfd(), reinterpret_cast<sockaddr*>(&storage), &length, acceptFlags_));
    if (!accepted) {
        if (outOfDescriptors(errno)) shedOne();
        throw Poco::TimeoutException("accept");
    }
    // A client of a Unix socket has no name: the kernel returns only the family.
    peer = storage.ss_family == AF_UNIX
               ? Poco::Net::SocketAddress(Poco::Net::AddressFamily::UNIX_LOCAL, "")
               : Poco::Net::SocketAddress(reinterpret_cast<const sockaddr*>(&storage), length);
    auto impl = std::make_unique<AcceptedSocketImpl>(accepted.value(), peer);
    static_cast<void>(accepted.release());
    return impl.release();  // Poco counts references from here on
}

void AcceptingSocketImpl::shedOne() {
    reserve_.reset();
    {
        const UniqueFd turnedAway(::accept4(sockfd(), nullptr, nullptr, SOCK_CLOEXEC));
        if (turnedAway && shed_) shed_();
    }
    reserve_ = openReserve();
}

AcceptingSocket::AcceptingSocket(UniqueFd listening)
    : ServerSocket(std::make_unique<AcceptingSocketImpl>(std::move(listening)).release(), true) {}

AcceptingSocketImpl& AcceptingSocket::accepting() const noexcept {
    return static_cast<AcceptingSocketImpl&>(*impl());
}

}  // namespace berth::host
