// host/service/client_setup.h - what happens to a client before its handler: PROXY header and TLS.
#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <vector>

#include "host/net/network.h"
#include "host/service/client_setup_options.h"

namespace berth::host {

inline constexpr std::chrono::milliseconds kHandshakeTime{10'000};

// The client left during a handshake, or was too slow.
class HandshakeError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Immutable, made anew when certificates or trusted proxies change. Threads: any.
class ClientSetup {
public:
    // Reads the certificates. Throws: std::runtime_error, one line that names the file.
    explicit ClientSetup(const ClientSetupOptions& options);

    // True when a peer may send a PROXY header, and therefore must.
    [[nodiscard]] bool trustsProxy(const PeerAddress& peer) const noexcept;
    [[nodiscard]] bool usesTls() const noexcept { return !context_.isNull(); }

    // Replaces the accepted socket, which does not block from then on, with TLS over it. The
    // handshake may take `limit` from its first byte to its last. Holds up no loop.
    // Throws: std::exception when the handshake fails or takes too long; the socket stays open.
    void secure(Poco::Net::StreamSocket& socket,
                std::chrono::milliseconds limit = kHandshakeTime) const;

private:
    std::vector<Network> proxies_;
    Poco::Net::Context::Ptr context_;
};

}  // namespace berth::host
