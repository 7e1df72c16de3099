// host/service/client_setup.cpp
#include "host/service/client_setup.h"

#include <Poco/Net/SSLException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>

#include <algorithm>
#include <stdexcept>

#include "host/fiber/off_loop.h"

namespace berth::host {
namespace {

using TlsContext = Poco::Net::Context;
using Poco::Net::SecureStreamSocket;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr int kVerificationDepth = 9;
const std::string kCiphers = "ALL:!ADH:!LOW:!EXP:!MD5:@STRENGTH";

TlsContext::Ptr makeContext(const ServiceOptions& options) {
    if (options.tlsCertificate.empty()) return {};
    const auto verification =
        options.tlsClientCa.empty() ? TlsContext::VERIFY_NONE : TlsContext::VERIFY_STRICT;
    try {
        TlsContext::Ptr context = new TlsContext(
            TlsContext::TLS_SERVER_USE, options.tlsKey.string(), options.tlsCertificate.string(),
            options.tlsClientCa.string(), verification, kVerificationDepth, false, kCiphers);
        // Poco loads the key first, and OpenSSL drops one that the certificate does not fit.
        if (::SSL_CTX_check_private_key(context->sslContext()) != 1) {
            throw Poco::Net::SSLContextException("the key is not the certificate's");
        }
        context->requireMinimumProtocol(TlsContext::PROTO_TLSV1_2);
        // An idle client holds no buffers.
        ::SSL_CTX_set_mode(context->sslContext(), SSL_MODE_RELEASE_BUFFERS);
        return context;
    } catch (const Poco::Exception& error) {
        throw std::runtime_error("cannot use tls_certificate " + options.tlsCertificate.string() +
                                 " with tls_key " + options.tlsKey.string() + ": " +
                                 error.displayText());
    }
}

// Each step is made off the loop: the signature of a key takes a millisecond.
int handshakeStep(SecureStreamSocket& socket) {
    return offLoop([&] {
        ::ERR_clear_error();
        return socket.completeHandshake();
    });
}

void shakeHands(SecureStreamSocket& socket, Clock::time_point deadline) {
    for (;;) {
        const int result = handshakeStep(socket);
        if (result == 1) return;
        const bool wantsRead = result == SecureStreamSocket::ERR_SSL_WANT_READ;
        if (!wantsRead && result != SecureStreamSocket::ERR_SSL_WANT_WRITE) {
            throw std::runtime_error("the client left during the handshake");
        }
        const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
        pollfd ready{socket.impl()->sockfd(), static_cast<short>(wantsRead ? POLLIN : POLLOUT), 0};
        if (left.count() <= 0 || pollDescriptors({&ready, 1}, left) == 0) {
            throw std::runtime_error("the handshake was not complete within its time");
        }
    }
}

}  // namespace

ClientSetup::ClientSetup(const ServiceOptions& options)
    : proxies_(options.proxyProtocol), context_(makeContext(options)) {}

bool ClientSetup::trustsProxy(const PeerAddress& peer) const noexcept {
    return std::ranges::any_of(proxies_,
                               [&](const auto& network) { return network.contains(peer); });
}

Poco::Net::StreamSocket ClientSetup::secure(const Poco::Net::StreamSocket& accepted,
                                            std::chrono::milliseconds limit) const {
    Poco::Net::StreamSocket plain(accepted);
    plain.setBlocking(false);
    auto secured = SecureStreamSocket::attach(plain, context_);
    shakeHands(secured, Clock::now() + limit);
    plain.setBlocking(!onFiber());  // what Poco asks is the socket beneath
    return secured;
}

}  // namespace berth::host
