// host/listen/accepted_socket.h - an accepted socket that carries what admission said of it.
#pragma once

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <memory>
#include <string>
#include <utility>

namespace berth::host {

// Whatever belongs to an accepted client until an engine takes it over. Destroyed with the socket
// when no engine does, so that a dropped client is never forgotten.
class Accepted {
public:
    Accepted() = default;
    Accepted(const Accepted&) = delete;
    Accepted& operator=(const Accepted&) = delete;
    virtual ~Accepted() = default;
};

// Poco passes a connection from its acceptor to its workers as a StreamSocket; this socket's
// implementation is the one place where something can travel along.
//
// Threads: as Poco hands the socket on, one at a time.
class AcceptedSocketImpl final : public Poco::Net::StreamSocketImpl {
public:
    // What is known when a client is accepted.
    struct Origin {
        Poco::Net::SocketAddress peer;
        // In print; null when the listener has several, so that only the kernel knows.
        std::shared_ptr<const std::string> local;
    };

    // Owns `descriptor`.
    AcceptedSocketImpl(int descriptor, Origin origin)
        : StreamSocketImpl(descriptor), origin_(std::make_unique<Origin>(std::move(origin))) {}

    ~AcceptedSocketImpl() override { AcceptedSocketImpl::close(); }

    // Here, not in Poco's library, which no sanitizer sees into: there the descriptor's next owner
    // would seem to race with this one.
    void close() override;

    // Requires: forgetOrigin() was not called.
    [[nodiscard]] const Poco::Net::SocketAddress& peer() const noexcept { return origin_->peer; }
    // As printable() prints it.
    [[nodiscard]] std::shared_ptr<const std::string> local();
    // Gives its memory back, once it was taken down elsewhere.
    void forgetOrigin() noexcept { origin_.reset(); }

    void attach(std::unique_ptr<Accepted> accepted) noexcept { accepted_ = std::move(accepted); }
    [[nodiscard]] std::unique_ptr<Accepted> detach() noexcept { return std::move(accepted_); }

    // The implementation of a socket that an AcceptingSocketImpl returned.
    static AcceptedSocketImpl& of(const Poco::Net::StreamSocket& socket) {
        return dynamic_cast<AcceptedSocketImpl&>(*socket.impl());
    }

private:
    std::unique_ptr<const Origin> origin_;
    std::unique_ptr<Accepted> accepted_;
};

}  // namespace berth::host
