// cli/net/tls.h - wraps a connected socket in TLS.
#pragma once

#include <Poco/Net/SecureStreamSocket.h>

#include <string>

#include "cli/net/connect_options.h"

namespace berth::cli {

// Shakes hands and checks that the certificate is for `host`, unless told to take any.
// Throws: Failure with the reason, such as an unknown authority.
[[nodiscard]] Poco::Net::SecureStreamSocket startTls(const Poco::Net::StreamSocket& socket,
                                                     const std::string& host,
                                                     const TlsOptions& options);

}  // namespace berth::cli
