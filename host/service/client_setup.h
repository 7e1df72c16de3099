// host/service/client_setup.h - what happens to a client before its handler: PROXY header and TLS.
#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

#include <memory>
#include <vector>

#include "host/config/network.h"
#include "host/config/service_options.h"

namespace berth::host {

// Immutable, made anew when certificates or trusted proxies change. Threads: any.
class ClientSetup {
public:
    // Reads the certificates. Throws: std::runtime_error, one line that names the file.
    explicit ClientSetup(const ServiceOptions& options);

    // True when a peer may send a PROXY header, and therefore must.
    [[nodiscard]] bool trustsProxy(const PeerAddress& peer) const noexcept;
    [[nodiscard]] bool usesTls() const noexcept { return !context_.isNull(); }

    // The socket to talk through: the accepted one, or TLS over it after its handshake.
    // Throws: std::exception when the handshake fails or takes too long.
    [[nodiscard]] std::unique_ptr<Poco::Net::StreamSocket> secure(
        const Poco::Net::StreamSocket& accepted) const;

private:
    std::vector<Network> proxies_;
    Poco::Net::Context::Ptr context_;
};

}  // namespace berth::host
