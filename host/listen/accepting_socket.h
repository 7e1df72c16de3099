// host/listen/accepting_socket.h - the listening socket that Poco's TCPServer accepts from.
#pragma once

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/ServerSocketImpl.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "host/listen/accepted_socket.h"
#include "host/unique_fd.h"

namespace berth::host {

// Mends what Poco's own implementation leaves open: descriptors are close-on-exec, an acceptor
// can be woken at once instead of after 250 ms, accept() never blocks when a client went away
// between poll and accept, and running out of descriptors refuses clients instead of leaving them
// in the dark.
//
// Threads: poll() and acceptConnection() belong to the acceptor; the others to anybody.
class AcceptingSocketImpl final : public Poco::Net::ServerSocketImpl {
public:
    // Owns `listening`, a listening socket, which becomes non-blocking.
    explicit AcceptingSocketImpl(UniqueFd listening);

    // Called for each client that was turned away because no descriptor was left.
    void onShed(std::function<void()> callback) { shed_ = std::move(callback); }

    // Makes each poll() return false at once, until resume().
    void interrupt() noexcept;
    // `nonBlocking`: what the accepted sockets are from here on.
    void resume(bool nonBlocking = false) noexcept;

    // From hold() to release() nobody is accepted: clients wait in the kernel's backlog, for this
    // process or for another one that has the socket too. The acceptor goes on with those it has.
    void hold() noexcept;
    void release() noexcept;
    // After hold(): true when the acceptor has handed on all that it accepted, by `deadline`.
    [[nodiscard]] bool waitHeld(std::chrono::steady_clock::time_point deadline) const;

    bool poll(const Poco::Timespan& timeout, int mode) override;
    // Throws: Poco::TimeoutException when the client is gone again or was turned away.
    Poco::Net::SocketImpl* acceptConnection(Poco::Net::SocketAddress& peer) override;

private:
    // Null when nobody waits or there is no descriptor for him.
    std::unique_ptr<AcceptedSocketImpl> tryAccept();
    void shedOne();
    void wake() noexcept;
    void clearWake() noexcept;
    bool waitReleased(const Poco::Timespan& timeout);

    const std::shared_ptr<const std::string> local_;  // null: several addresses
    std::unique_ptr<AcceptedSocketImpl> next_;        // accepted by poll()
    int acceptFlags_ = SOCK_CLOEXEC;
    std::atomic<bool> interrupted_{false};
    std::atomic<bool> holding_{false};
    mutable std::mutex heldMutex_;  // guards held_
    mutable std::condition_variable heldChanged_;
    bool held_ = false;  // the acceptor has seen hold()
    UniqueFd wake_;
    UniqueFd reserve_;  // given up for a moment to turn a client away when no other is left
    std::function<void()> shed_;
};

// The same as a Poco socket, which shares ownership of the implementation.
class AcceptingSocket final : public Poco::Net::ServerSocket {
public:
    explicit AcceptingSocket(UniqueFd listening);

    [[nodiscard]] AcceptingSocketImpl& accepting() const noexcept;
};

}  // namespace berth::host
