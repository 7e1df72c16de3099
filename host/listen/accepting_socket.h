// host/listen/accepting_socket.h - the listening socket that Poco's TCPServer accepts from.
#pragma once

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/ServerSocketImpl.h>
#include <Poco/Net/StreamSocket.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "berth/detail/mutex.h"
#include "host/base/unique_fd.h"
#include "host/listen/accepted_socket.h"
#include "host/listen/descriptor_reserve.h"

namespace berth::host {

// Accepts from a listening socket on threads of its own, in place of the acceptor, for as long as
// nobody has to wait: a client costs no hand-over then.
class DirectAcceptor {
public:
    DirectAcceptor() = default;
    DirectAcceptor(const DirectAcceptor&) = delete;
    DirectAcceptor& operator=(const DirectAcceptor&) = delete;
    virtual ~DirectAcceptor() = default;

    // False when it cannot.
    virtual bool start() noexcept = 0;
    // When it returns nothing is accepted any more. May be called again.
    virtual void stop() noexcept = 0;
};

// Mends what Poco's own implementation leaves open: descriptors are close-on-exec, an acceptor
// can be woken at once instead of after 250 ms, accept() never blocks when a client went away
// between poll and accept, and running out of descriptors refuses clients instead of leaving them
// in the dark. The last descriptors of the process are for operators: a client that would get one
// is turned away, so that the control port can be reached and a command can still open its files.
// An accept that fails for another reason than that nobody waits is not tried again at once.
//
// Threads: poll() and acceptConnection() belong to the acceptor, tryAccept() to it and to a direct
// acceptor; resume(), onShed() and lendTo() come before or after it; the others belong to anybody.
class AcceptingSocketImpl final : public Poco::Net::ServerSocketImpl {
public:
    // Owns `listening`, a listening socket, which becomes non-blocking.
    explicit AcceptingSocketImpl(UniqueFd listening);

    ~AcceptingSocketImpl() override;

    void close() override;

    // Called for each client that was turned away because no descriptor was left for him.
    void onShed(std::function<void(const SocketName& peer)> callback) {
        shed_ = std::move(callback);
    }
    // Clients of this socket may have the last descriptors, too. To be called before it is polled.
    void forOperators();

    // Makes each poll() return false at once, until resume().
    void interrupt() noexcept;
    // `nonBlocking`: what the accepted sockets are from here on.
    void resume(bool nonBlocking = false) noexcept;

    // Lets `direct` accept whenever the acceptor finds nobody; null: no more. Not to be called
    // while the acceptor runs. Requires: it is lent to no other one.
    void lendTo(DirectAcceptor* direct) noexcept;
    // From a direct acceptor: here a client has to wait, or something is missing to accept one. The
    // acceptor sees to it, and stops the direct acceptor, so that nobody is taken out of turn.
    void takeBack(std::optional<Poco::Net::StreamSocket> client) noexcept;
    // Null when nobody waits or something is missing; then errno tells.
    [[nodiscard]] std::unique_ptr<AcceptedSocketImpl> tryAccept();
    // No more than a look at errno: the next client is no worse off.
    [[nodiscard]] static bool concernsOneClient(int error) noexcept;
    // Of the last descriptors of the process.
    [[nodiscard]] bool isReserved(const Poco::Net::SocketImpl& accepted) const noexcept {
        return accepted.sockfd() >= firstReserved_;
    }

    // From hold() to release() nobody is accepted: clients wait in the kernel's backlog, for this
    // process or for another one that has the socket too. The acceptor goes on with those it has.
    void hold() noexcept;
    void release() noexcept;
    // hold() was called and release() was not.
    [[nodiscard]] bool isOnHold() const noexcept { return holding_; }
    // After hold(): true when no direct acceptor watches the listener, by `deadline`. Until then
    // the kernel may wake this process alone for a client, who then waits for another one in vain.
    [[nodiscard]] bool waitTakenBack(std::chrono::steady_clock::time_point deadline) const;
    // After hold(): true when the acceptor has handed on all that it accepted, by `deadline`.
    [[nodiscard]] bool waitHeld(std::chrono::steady_clock::time_point deadline) const;

    bool poll(const Poco::Timespan& timeout, int mode) override;
    // Throws: Poco::TimeoutException when the client is gone again or was turned away.
    Poco::Net::SocketImpl* acceptConnection(Poco::Net::SocketAddress& peer) override;

private:
    void turnAway(std::unique_ptr<AcceptedSocketImpl> client);
    void pause() noexcept;
    void wake() noexcept;
    void clearWake() noexcept;
    bool waitReleased(const Poco::Timespan& timeout);
    [[nodiscard]] bool isLent() const noexcept;
    // False: nobody else accepts.
    [[nodiscard]] bool lend() noexcept;
    void takenBack() noexcept;
    // False when the acceptor has to go on.
    bool waitWhileLent(const Poco::Timespan& timeout);
    [[nodiscard]] std::unique_ptr<AcceptedSocketImpl> takeReturned();

    const std::shared_ptr<const std::string> local_;  // null: several addresses
    std::unique_ptr<AcceptedSocketImpl> next_;        // accepted by poll()
    int acceptFlags_ = SOCK_CLOEXEC;
    std::atomic<bool> interrupted_{false};
    std::atomic<bool> holding_{false};
    mutable detail::Mutex heldMutex_;
    mutable std::condition_variable heldChanged_;
    bool held_ BERTH_GUARDED_BY(heldMutex_) = false;  // the acceptor has seen hold()
    UniqueFd wake_;
    DescriptorReserve reserve_;  // given up for a moment when no other descriptor is left
    std::atomic<int> firstReserved_;

    DirectAcceptor* direct_ = nullptr;                // the acceptor's
    bool lent_ BERTH_GUARDED_BY(heldMutex_) = false;  // direct_ accepts
    detail::Mutex returnedMutex_;
    std::unique_ptr<AcceptedSocketImpl> returned_ BERTH_GUARDED_BY(returnedMutex_);  // the first
    bool wanted_ BERTH_GUARDED_BY(returnedMutex_) = false;  // takeBack() was called
    bool forOperators_ = false;
    std::function<void(const SocketName& peer)> shed_;
};

// The same as a Poco socket, which shares ownership of the implementation.
class AcceptingSocket final : public Poco::Net::ServerSocket {
public:
    explicit AcceptingSocket(UniqueFd listening);

    [[nodiscard]] AcceptingSocketImpl& accepting() const noexcept;
};

}  // namespace berth::host
