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
#include <new>
#include <system_error>

#include "berth/detail/require.h"
#include "host/base/own_descriptors.h"
#include "host/base/poll_or_pause.h"
#include "host/listen/socket_name.h"

namespace berth::host {
namespace {

constexpr int kPauseMilliseconds = 50;  // after an accept that the system could not do
// What a control client needs while it asks: its socket, a duplicate, and files to look at.
constexpr std::size_t kForOperators = 4;

bool outOfDescriptors(int error) noexcept {
    return error == EMFILE || error == ENFILE;
}

// The listener's address in print; null when it takes clients of several addresses.
std::shared_ptr<const std::string> soleAddress(int listening) {
    const auto name = SocketName::ofLocal(listening);
    if (!name.isUnix() && name.ip().host().isWildcard()) return nullptr;
    return std::make_shared<const std::string>(printable(name));
}

UniqueFd newEvent() {
    UniqueFd event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!event) throw std::system_error(errno, std::generic_category(), "eventfd");
    return event;
}

}  // namespace

AcceptingSocketImpl::AcceptingSocketImpl(UniqueFd listening)
    : local_(soleAddress(listening.value())),
      wake_(newEvent()),
      reserve_(wake_.value(), 1),
      firstReserved_(firstReservedDescriptor()) {
    reset(listening.release());
    setBlocking(false);
}

AcceptingSocketImpl::~AcceptingSocketImpl() {
    AcceptingSocketImpl::close();
}

void AcceptingSocketImpl::close() {
    const int descriptor = sockfd();
    if (descriptor == POCO_INVALID_SOCKET) return;
    reset();
    own_descriptors::close(descriptor);
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

// Nobody waits, or who did is gone again.
bool AcceptingSocketImpl::concernsOneClient(int error) noexcept {
    return error == EAGAIN || error == ECONNABORTED || error == EINTR || error == EPROTO;
}

void AcceptingSocketImpl::lendTo(DirectAcceptor* direct) noexcept {
    BERTH_REQUIRE(direct == nullptr || direct_ == nullptr);
    direct_ = direct;
    takenBack();
    const detail::Lock lock(returnedMutex_);
    wanted_ = false;
}

bool AcceptingSocketImpl::isLent() const noexcept {
    const detail::Lock lock(heldMutex_);
    return lent_;
}

bool AcceptingSocketImpl::lend() noexcept {
    {
        const detail::Lock lock(heldMutex_);
        if (direct_ == nullptr || holding_) return false;
        lent_ = true;
    }
    if (direct_->start()) return true;
    takenBack();
    return false;
}

void AcceptingSocketImpl::takenBack() noexcept {
    {
        const detail::Lock lock(heldMutex_);
        lent_ = false;
    }
    heldChanged_.notify_all();
}

void AcceptingSocketImpl::takeBack(std::optional<Poco::Net::StreamSocket> client) noexcept {
    std::unique_ptr<AcceptedSocketImpl> accepted;
    if (client) {
        accepted.reset(&AcceptedSocketImpl::of(*client));
        accepted->duplicate();
        client.reset();
    }
    {
        const detail::Lock lock(returnedMutex_);
        auto* end = &returned_;
        while (*end) end = &(*end)->next;
        *end = std::move(accepted);
        wanted_ = true;
    }
    wake();
}

std::unique_ptr<AcceptedSocketImpl> AcceptingSocketImpl::takeReturned() {
    std::unique_ptr<AcceptedSocketImpl> first;
    {
        const detail::Lock lock(returnedMutex_);
        if (!returned_) return nullptr;
        first = std::move(returned_);
        returned_ = std::move(first->next);
    }
    // It may have been accepted for an engine before this one.
    if ((acceptFlags_ & SOCK_NONBLOCK) == 0) first->setBlocking(true);
    return first;
}

bool AcceptingSocketImpl::waitWhileLent(const Poco::Timespan& timeout) {
    pollfd woken{wake_.value(), POLLIN, 0};
    if (pollOrPause({&woken, 1}, static_cast<int>(timeout.totalMilliseconds())) > 0) clearWake();
    {
        const detail::Lock lock(returnedMutex_);
        if (!interrupted_ && !holding_ && !wanted_) return true;
    }
    direct_->stop();
    takenBack();
    const detail::Lock lock(returnedMutex_);
    wanted_ = false;
    return false;
}

void AcceptingSocketImpl::hold() noexcept {
    {
        const detail::Lock lock(heldMutex_);
        held_ = false;
        holding_ = true;
    }
    wake();
}

void AcceptingSocketImpl::release() noexcept {
    holding_ = false;
    wake();
}

bool AcceptingSocketImpl::waitHeld(std::chrono::steady_clock::time_point deadline) const {
    detail::UniqueLock lock(heldMutex_);
    return heldChanged_.wait_until(lock.native(), deadline,
                                   [this]() BERTH_REQUIRES(heldMutex_) { return held_; });
}

bool AcceptingSocketImpl::waitTakenBack(std::chrono::steady_clock::time_point deadline) const {
    detail::UniqueLock lock(heldMutex_);
    return heldChanged_.wait_until(lock.native(), deadline,
                                   [this]() BERTH_REQUIRES(heldMutex_) { return !lent_; });
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
        const detail::Lock lock(heldMutex_);
        held_ = true;
    }
    heldChanged_.notify_all();
    clearWake();
    // Looked at after the clearing: what changes from here on makes the poll return.
    if (interrupted_ || !holding_) return false;
    pollfd woken{wake_.value(), POLLIN, 0};
    static_cast<void>(pollOrPause({&woken, 1}, static_cast<int>(timeout.totalMilliseconds())));
    return false;
}

bool AcceptingSocketImpl::poll(const Poco::Timespan& timeout, int) {
    if (isLent() && waitWhileLent(timeout)) {
        reserve_.refill();
        return false;
    }
    if (interrupted_) return false;
    next_ = takeReturned();
    if (next_) return true;
    if (holding_) return waitReleased(timeout);
    reserve_.refill();
    // While clients come one after the other, each costs one system call here.
    next_ = tryAccept();
    if (next_) return true;
    // When CPUs are short, whoever serves the last client goes first: those that come meanwhile
    // are then found here without a sleep and a wake for each.
    ::sched_yield();
    if (interrupted_ || holding_) return false;
    next_ = tryAccept();
    if (next_) return true;
    if (errno == EAGAIN && lend()) return false;
    std::array<pollfd, 2> watched{pollfd{sockfd(), POLLIN, 0}, pollfd{wake_.value(), POLLIN, 0}};
    const auto ready = pollOrPause(watched, static_cast<int>(timeout.totalMilliseconds()));
    if (ready > 0 && watched[1].revents != 0) {
        clearWake();  // the next poll() sees why
        return false;
    }
    return ready > 0 && (watched[0].revents & POLLIN) != 0;
}

Poco::Net::SocketImpl* AcceptingSocketImpl::acceptConnection(Poco::Net::SocketAddress& peer) {
    auto accepted = next_ ? std::move(next_) : tryAccept();
    bool reserved = accepted && isReserved(*accepted);
    if (!accepted && outOfDescriptors(errno)) {
        firstReserved_ = firstReservedDescriptor();  // the limit may have changed
        if (reserve_.release()) accepted = tryAccept();
        reserved = true;
    }
    const int error = accepted ? 0 : errno;
    if (!accepted && !concernsOneClient(error)) {
        pause();
        throw Poco::IOException("accept", std::generic_category().message(error), error);
    }
    if (accepted && reserved && !forOperators_) turnAway(std::move(accepted));
    if (!accepted) throw Poco::TimeoutException("accept");
    // Poco's server looks at the socket only; a Unix name is nothing for its address.
    if (!accepted->peer().isUnix()) peer = accepted->peer().ip();
    return accepted.release();  // Poco counts references from here on
}

std::unique_ptr<AcceptedSocketImpl> AcceptingSocketImpl::tryAccept() try {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    auto* const raw = reinterpret_cast<sockaddr*>(&storage);
    auto accepted = openedBy([&] { return ::accept4(sockfd(), raw, &length, acceptFlags_); });
    if (!accepted) return nullptr;
    // A client of a Unix socket seldom has a name, and one that it chose itself says nothing.
    const auto peer = storage.ss_family == AF_UNIX ? SocketName() : SocketName(raw, length);
    using Origin = AcceptedSocketImpl::Origin;
    return std::make_unique<AcceptedSocketImpl>(
        std::move(accepted), std::make_unique<const Origin>(Origin{peer, local_}));
} catch (const std::bad_alloc&) {
    // One of Poco's, or its server accepts nobody any more.
    throw Poco::IOException("accept", "there is no memory for a client", ENOMEM);
}

void AcceptingSocketImpl::turnAway(std::unique_ptr<AcceptedSocketImpl> client) {
    firstReserved_ = firstReservedDescriptor();  // the limit may have changed
    if (shed_) shed_(client->peer());
}

void AcceptingSocketImpl::pause() noexcept {
    pollfd woken{wake_.value(), POLLIN, 0};
    static_cast<void>(pollOrPause({&woken, 1}, kPauseMilliseconds));
}

void AcceptingSocketImpl::forOperators() {
    forOperators_ = true;
    reserve_ = DescriptorReserve(wake_.value(), kForOperators);
}

AcceptingSocket::AcceptingSocket(UniqueFd listening)
    : ServerSocket(std::make_unique<AcceptingSocketImpl>(std::move(listening)).release(), true) {}

AcceptingSocketImpl& AcceptingSocket::accepting() const noexcept {
    return static_cast<AcceptingSocketImpl&>(*impl());
}

}  // namespace berth::host
