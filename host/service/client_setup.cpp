// host/service/client_setup.cpp
#include "host/service/client_setup.h"

#include <Poco/Net/SSLException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Timespan.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <stdexcept>

namespace berth::host {
namespace {

using Poco::Net::Context;

constexpr int kHandshakeSeconds = 10;
constexpr int kVerificationDepth = 9;
const std::string kCiphers = "ALL:!ADH:!LOW:!EXP:!MD5:@STRENGTH";

Context::Ptr makeContext(const ServiceOptions& options) {
    if (options.tlsCertificate.empty()) return {};
    const auto verification =
        options.tlsClientCa.empty() ? Context::VERIFY_NONE : Context::VERIFY_STRICT;
    try {
        Context::Ptr context = new Context(
            Context::TLS_SERVER_USE, options.tlsKey.string(), options.tlsCertificate.string(),
            options.tlsClientCa.string(), verification, kVerificationDepth, false, kCiphers);
        // Poco loads the key first, and OpenSSL drops one that the certificate does not fit.
        if (::SSL_CTX_check_private_key(context->sslContext()) != 1) {
            throw Poco::Net::SSLContextException("the key is not the certificate's");
        }
        context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
        return context;
    } catch (const Poco::Exception& error) {
        throw std::runtime_error("cannot use tls_certificate " + options.tlsCertificate.string() +
                                 " with tls_key " + options.tlsKey.string() + ": " +
                                 error.displayText());
    }
}

}  // namespace

ClientSetup::ClientSetup(const ServiceOptions& options)
    : proxies_(options.proxyProtocol), context_(makeContext(options)) {}

bool ClientSetup::trustsProxy(const PeerAddress& peer) const noexcept {
    return std::ranges::any_of(proxies_,
                               [&](const auto& network) { return network.contains(peer); });
}

std::unique_ptr<Poco::Net::StreamSocket> ClientSetup::secure(
    const Poco::Net::StreamSocket& accepted) const {
    Poco::Net::StreamSocket plain(accepted);
    const Poco::Timespan limit(kHandshakeSeconds, 0);
    plain.setReceiveTimeout(limit);
    plain.setSendTimeout(limit);
    auto secured = std::make_unique<Poco::Net::SecureStreamSocket>(
        Poco::Net::SecureStreamSocket::attach(plain, context_));
    if (secured->completeHandshake() != 1) throw std::runtime_error("TLS handshake failed");
    secured->setSendTimeout(Poco::Timespan());
    return secured;
}

}  // namespace berth::host
