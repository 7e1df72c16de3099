// host/listen/accepting_socket.cpp
#include "host/listen/accepting_socket.h"

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include "host/listen/printable_address.h"

namespace berth::host {
namespace {

UniqueFd openReserve() {
    return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

bool outOfDescriptors(int error) noexcept {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

// The listener's address in print; null when it takes clients of several addresses.
std::shared_ptr<const std::string> soleAddress(int listening) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    auto* const raw = reinterpret_cast<sockaddr*>(&storage);
    if (::getsockname(listening, raw, &length) != 0 || storage.ss_family == AF_UNIX) return nullptr;
    const Poco::Net::SocketAddress address(raw, length);
    if (address.host().isWildcard()) return nullptr;
    return std::make_shared<const std::string>(printable(address));
}

}  // namespace

AcceptingSocketImpl::AcceptingSocketImpl(UniqueFd listening)
    : local_(soleAddress(listening.value())),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      reserve_(openReserve()) {
    if (!wake_) throw std::system_error(errno, std::generic_category(), "eventfd");
    reset(listening.release());
    setBlocking(false);
}

void AcceptingSocketImpl::interrupt() noexcept {
    interrupted_ = true;
    wake();
}

void AcceptingSocketImpl::resume(bool nonBlocking) noexcept {
    acceptFlags_ = SOCK_CLOEXEC | (nonBlocking ? SOCK_NONBLOCK : 0);
    interrupted_ = false;
    clearWake();
}

void AcceptingSocketImpl::hold() noexcept {
    {
        const std::lock_guard lock(heldMutex_);
        held_ = false;
    }
    holding_ = true;
    wake();
}

void AcceptingSocketImpl::release() noexcept {
    holding_ = false;
    wake();
}

bool AcceptingSocketImpl::waitHeld(std::chrono::steady_clock::time_point deadline) const {
    std::unique_lock lock(heldMutex_);
    return heldChanged_.wait_until(lock, deadline, [this] { return held_; });
}

void AcceptingSocketImpl::wake() noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.value(), &one, sizeof one);
}

void AcceptingSocketImpl::clearWake() noexcept {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto bytes = ::read(wake_.value(), &count, sizeof count);
}

bool AcceptingSocketImpl::waitReleased(const Poco::Timespan& timeout) {
    {
        const std::lock_guard lock(heldMutex_);
        held_ = true;
    }
    heldChanged_.notify_all();
    clearWake();
    // Looked at after the clearing: what changes from here on makes the poll return.
    if (interrupted_ || !holding_) return false;
    pollfd woken{wake_.value(), POLLIN, 0};
    ::poll(&woken, 1, static_cast<int>(timeout.totalMilliseconds()));
    return false;
}

bool AcceptingSocketImpl::poll(const Poco::Timespan& timeout, int) {
    if (interrupted_) return false;
    if (holding_) return waitReleased(timeout);
    // While clients come one after the other, each costs one system call here.
    next_ = tryAccept();
    if (next_) return true;
    // When CPUs are short, whoever serves the last client goes first: those that come meanwhile
    // are then found here without a sleep and a wake for each.
    ::sched_yield();
    if (interrupted_ || holding_) return false;
    next_ = tryAccept();
    if (next_) return true;
    std::array<pollfd, 2> watched{pollfd{sockfd(), POLLIN, 0}, pollfd{wake_.value(), POLLIN, 0}};
    const auto ready =
        ::poll(watched.data(), watched.size(), static_cast<int>(timeout.totalMilliseconds()));
    if (ready > 0 && watched[1].revents != 0) {
        clearWake();  // the next poll() sees why
        return false;
    }
    return ready > 0 && (watched[0].revents & POLLIN) != 0;
}

Poco::Net::SocketImpl* AcceptingSocketImpl::acceptConnection(Poco::Net::SocketAddress& peer) {
    auto accepted = next_ ? std::move(next_) : tryAccept();
    if (!accepted) {
        if (outOfDescriptors(errno)) shedOne();
        throw Poco::TimeoutException("accept");
    }
    peer = accepted->peer();
    return accepted.release();  // Poco counts references from here on
}

std::unique_ptr<AcceptedSocketImpl> AcceptingSocketImpl::tryAccept() {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    auto* const raw = reinterpret_cast<sockaddr*>(&storage);
    UniqueFd accepted(::accept4(sockfd(), raw, &length, acceptFlags_));
    if (!accepted) return nullptr;
    // A client of a Unix socket has no name: the kernel returns only the family.
    const auto peer = storage.ss_family == AF_UNIX
                          ? Poco::Net::SocketAddress(Poco::Net::AddressFamily::UNIX_LOCAL, "")
                          : Poco::Net::SocketAddress(raw, length);
    auto impl = std::make_unique<AcceptedSocketImpl>(accepted.value(),
                                                     AcceptedSocketImpl::Origin{peer, local_});
    static_cast<void>(accepted.release());
    return impl;
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
