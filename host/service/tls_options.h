// host/service/tls_options.h - the keys of TLS, which [control] has as services have them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "host/base/option_table.h"

namespace berth::host {

enum class TlsVersion { V12, V13 };

// Mozilla's intermediate list for servers, without the suites that need Diffie-Hellman parameters:
// forward secrecy and authenticated encryption only.
inline constexpr std::string_view kIntermediateCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

struct TlsOptions {
    std::filesystem::path tlsCertificate;
    std::filesystem::path tlsKey;
    std::filesystem::path tlsClientCa;
    TlsVersion tlsMinVersion = TlsVersion::V12;
    std::string tlsCiphers{kIntermediateCiphers};

    // `clients`: whom the help says to speak TLS.
    template <class Options>
    static void describe(OptionTable<Options>& table, const std::string& clients);
    // Certificate and key go together, a client CA needs both, and each file must be readable.
    // Each suite or group of suites must be known: OpenSSL leaves out those that it does not know,
    // without a word.
    void validate(SettingIssues& issues) const;

    bool operator==(const TlsOptions&) const = default;
};

// "tls_key cannot be read: Permission denied", of the first file that cannot be read, or is none:
// OpenSSL would wait for the writer of a FIFO. Empty: all can, or TLS is not wanted.
[[nodiscard]] std::string unreadableTlsFile(const TlsOptions& options);

template <class Options>
void TlsOptions::describe(OptionTable<Options>& table, const std::string& clients) {
    table.field(
        "tls_certificate", &TlsOptions::tlsCertificate,
        "A PEM file with the certificate and its chain. Set: " + clients + " must speak TLS.");
    table.field("tls_key", &TlsOptions::tlsKey, "A PEM file with the certificate's private key.");
    table.field("tls_client_ca", &TlsOptions::tlsClientCa,
                "A PEM file with authorities. Set: clients must show a certificate of one.");
    table.choice("tls_min_version", &TlsOptions::tlsMinVersion,
                 {{"1.2", TlsVersion::V12}, {"1.3", TlsVersion::V13}},
                 "The oldest version of TLS that is spoken.");
    table.field("tls_ciphers", &TlsOptions::tlsCiphers,
                "The cipher suites of TLS 1.2, as OpenSSL names them. Those of TLS 1.3 are always "
                "offered.");
}

}  // namespace berth::host
