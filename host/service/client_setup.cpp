// host/service/client_setup.cpp
#include "host/service/client_setup.h"

#include <Poco/Net/SSLException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <openssl/ssl.h>
#include <poll.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "host/base/poco_text.h"
#include "host/engine/poco_errors.h"
#include "host/fiber/off_loop.h"

namespace berth::host {
namespace {

using TlsContext = Poco::Net::Context;
using Poco::Net::SecureStreamSocket;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr int kVerificationDepth = 9;
// A session is resumed where it was made only: each context has keys of its own for its tickets.
constexpr std::string_view kSessionContext = "berth";
constexpr std::size_t kTickets = 2;  // OpenSSL's own number
// Those of Mozilla's intermediate list; Poco would put X448 first, which is slow.
constexpr const char* kGroups = "X25519:P-256:P-384";

// Sessions are kept in tickets by the clients, none here. Poco takes the tickets of TLS 1.3 off
// each connection since 1.13.
int giveTickets(SSL* connection, int*, void*) noexcept {
    ::SSL_set_num_tickets(connection, kTickets);
    return SSL_CLIENT_HELLO_SUCCESS;
}

void tune(SSL_CTX* context, const TlsOptions& options) {
    const int oldest = options.tlsMinVersion == TlsVersion::V13 ? TLS1_3_VERSION : TLS1_2_VERSION;
    // Without a name for its sessions, a server that asks for certificates refuses to resume any.
    const auto* name = reinterpret_cast<const unsigned char*>(kSessionContext.data());
    if (::SSL_CTX_set_min_proto_version(context, oldest) != 1 ||
        ::SSL_CTX_set1_groups_list(context, kGroups) != 1 ||
        ::SSL_CTX_set_session_id_context(context, name, kSessionContext.size()) != 1) {
        throw Poco::Net::SSLContextException("OpenSSL refuses a setting");
    }
    ::SSL_CTX_set_client_hello_cb(context, &giveTickets, nullptr);
    // The order of the list decides; but who asks for ChaCha20 first has no AES in hardware.
    ::SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    // An idle client holds no buffers.
    ::SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

TlsContext::Ptr makeContext(const TlsOptions& options) {
    if (options.tlsCertificate.empty()) return {};
    const auto verification =
        options.tlsClientCa.empty() ? TlsContext::VERIFY_NONE : TlsContext::VERIFY_STRICT;
    try {
        TlsContext::Ptr context =
            new TlsContext(TlsContext::TLS_SERVER_USE, options.tlsKey.string(),
                           options.tlsCertificate.string(), options.tlsClientCa.string(),
                           verification, kVerificationDepth, false, options.tlsCiphers);
        // Poco loads the key first, and OpenSSL drops one that the certificate does not fit.
        if (::SSL_CTX_check_private_key(context->sslContext()) != 1) {
            throw Poco::Net::SSLContextException("the key is not the certificate's");
        }
        tune(context->sslContext(), options);
        return context;
    } catch (const Poco::Exception& error) {
        throw std::runtime_error("cannot use tls_certificate " + options.tlsCertificate.string() +
                                 " with tls_key " + options.tlsKey.string() + ": " + textOf(error));
    }
}

// Each step is made off the loop: the signature of a key takes a millisecond.
int handshakeStep(SecureStreamSocket& socket) {
    const auto step = [&] {
        clearTlsErrors();
        return socket.completeHandshake();
    };
    return offLoop(step, Helpers::OfHost);
}

void shakeHands(SecureStreamSocket& socket, Clock::time_point deadline) {
    for (;;) {
        const int result = handshakeStep(socket);
        if (result == 1) return;
        const bool wantsRead = result == SecureStreamSocket::ERR_SSL_WANT_READ;
        if (!wantsRead && result != SecureStreamSocket::ERR_SSL_WANT_WRITE) {
            throw HandshakeError("the client left during the handshake");
        }
        const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
        pollfd ready{socket.impl()->sockfd(), static_cast<short>(wantsRead ? POLLIN : POLLOUT), 0};
        if (left.count() <= 0 || pollDescriptors({&ready, 1}, left) == 0) {
            throw HandshakeError("the handshake was not complete within its time");
        }
    }
}

}  // namespace

ClientSetup::ClientSetup(const ClientSetupOptions& options)
    : proxies_(options.proxyProtocol), context_(makeContext(options)) {}

bool ClientSetup::trustsProxy(const PeerAddress& peer) const noexcept {
    return std::ranges::any_of(proxies_,
                               [&](const auto& network) { return network.contains(peer); });
}

void ClientSetup::secure(Poco::Net::StreamSocket& socket, std::chrono::milliseconds limit) const {
    socket.setBlocking(false);
    auto secured = SecureStreamSocket::attach(socket, context_);
    socket = secured;  // before it can fail: Poco's closes the descriptor when the last one goes
    shakeHands(secured, Clock::now() + limit);
}

}  // namespace berth::host
