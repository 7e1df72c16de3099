// cli/net/tls.cpp
#include "cli/net/tls.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SSLManager.h>

#include "berth/detail/one_line.h"
#include "cli/app/failure.h"

namespace berth::cli {
namespace {

using Poco::Net::Context;

Context::Ptr clientContext(const TlsOptions& options) {
    Poco::Net::initializeSSL();
    const auto mode = options.insecure ? Context::VERIFY_NONE : Context::VERIFY_STRICT;
    try {
        Context::Ptr context =
            new Context(Context::TLS_CLIENT_USE, options.key, options.certificate,
                        options.authorities, mode, 9, options.authorities.empty());
        context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
        context->enableExtendedCertificateVerification(!options.insecure);
        return context;
    } catch (const Poco::Exception& error) {
        throw Failure(ExitCode::NoInput,
                      "cannot prepare TLS: " + detail::oneLine(error.displayText()) +
                          "; look at --ca, --cert and --key");
    }
}

}  // namespace

Poco::Net::SecureStreamSocket startTls(const Poco::Net::StreamSocket& socket,
                                       const std::string& host, const TlsOptions& options) {
    const auto context = clientContext(options);
    try {
        auto secure = Poco::Net::SecureStreamSocket::attach(socket, host, context);
        secure.completeHandshake();
        if (!options.insecure) secure.verifyPeerCertificate(host);
        return secure;
    } catch (const Poco::Net::CertificateValidationException& error) {
        throw Failure(ExitCode::NoPermission, host + ": its certificate is not trusted: " +
                                                  detail::oneLine(error.displayText()) +
                                                  "; name its authority with --ca");
    } catch (const Poco::Net::SSLException& error) {
        throw Failure(ExitCode::Protocol,
                      host + ": the TLS handshake failed: " + detail::oneLine(error.displayText()) +
                          "; is TLS on, and --ca the right file?");
    }
}

}  // namespace berth::cli
