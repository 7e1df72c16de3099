// host/service/client_setup.h - what happens to a client before its handler: PROXY header and TLS.
#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <memory>
#include <vector>

#include "host/config/network.h"
#include "host/config/service_options.h"

namespace berth::host {

inline constexpr std::chrono::milliseconds kHandshakeTime{10'000};

// Immutable, made anew when certificates or trusted proxies change. Threads: any.
class ClientSetup {
public:
    // Reads the certificates. Throws: std::runtime_error, one line that names the file.
    explicit ClientSetup(const ServiceOptions& options);

    // True when a peer may send a PROXY header, and therefore must.
    [[nodiscard]] bool trustsProxy(const PeerAddress& peer) const noexcept;
    [[nodiscard]] bool usesTls() const noexcept { return !context_.isNull(); }

    // TLS over the accepted socket after its handshake, which may take `limit` from its first byte
    // to its last. Holds up no loop.
    // Throws: std::exception when the handshake fails or takes too long.
    [[nodiscard]] Poco::Net::StreamSocket secure(
        const Poco::Net::StreamSocket& accepted,
        std::chrono::milliseconds limit = kHandshakeTime) const;

private:
    std::vector<Network> proxies_;
    Poco::Net::Context::Ptr context_;
};

}  // namespace berth::host
