// host/listen/accepted_socket.h - an accepted socket that knows where it came from.
#pragma once

#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <memory>
#include <string>
#include <utility>

#include "berth/detail/require.h"
#include "host/base/unique_fd.h"
#include "host/listen/socket_name.h"

namespace berth::host {

// Poco passes a connection from its acceptor to its workers as a StreamSocket; this socket's
// implementation is the one place where something can travel along.
//
// Threads: as Poco hands the socket on, one at a time.
class AcceptedSocketImpl final : public Poco::Net::StreamSocketImpl {
public:
    // What is known when a client is accepted.
    struct Origin {
        SocketName peer;
        // In print; null when the listener has several, so that only the kernel knows.
        std::shared_ptr<const std::string> local;
    };

    AcceptedSocketImpl(UniqueFd accepted, std::unique_ptr<const Origin> origin)
        : StreamSocketImpl(accepted.release()), origin_(std::move(origin)) {}

    ~AcceptedSocketImpl() override { AcceptedSocketImpl::close(); }

    // Here, not in Poco's library, which no sanitizer sees into: there the descriptor's next owner
    // would seem to race with this one.
    void close() override;

    // Requires: forgetOrigin() was not called.
    [[nodiscard]] const SocketName& peer() const noexcept {
        BERTH_REQUIRE(origin_ != nullptr);
        return origin_->peer;
    }
    // As printable() prints it.
    [[nodiscard]] std::shared_ptr<const std::string> local();
    // Gives its memory back, once it was taken down elsewhere.
    void forgetOrigin() noexcept { origin_.reset(); }

    // The implementation of a socket that an AcceptingSocketImpl returned.
    static AcceptedSocketImpl& of(const Poco::Net::StreamSocket& socket) {
        return dynamic_cast<AcceptedSocketImpl&>(*socket.impl());
    }

    // Of the listener, while it keeps the socket for its acceptor.
    std::unique_ptr<AcceptedSocketImpl> next;

private:
    std::unique_ptr<const Origin> origin_;
};

}  // namespace berth::host
