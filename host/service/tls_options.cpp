// host/service/tls_options.cpp - checks certificate, key and client CA against one another.
#include "host/service/tls_options.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace berth::host {
namespace {

// Why it cannot be read; empty when it can.
std::string problemOf(const std::filesystem::path& file) {
    if (::access(file.c_str(), R_OK) != 0) return std::generic_category().message(errno);
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (error) return error.message();
    return std::filesystem::is_regular_file(status) ? "" : "it is not a regular file";
}

// The same of a key; no file is no problem.
std::string problemOf(std::string_view key, const std::filesystem::path& file) {
    const auto problem = file.empty() ? std::string() : problemOf(file);
    return problem.empty() ? problem : std::string(key) + " cannot be read: " + problem;
}

void checkReadable(std::string_view key, const std::filesystem::path& file, SettingIssues& issues) {
    if (auto problem = problemOf(key, file); !problem.empty()) issues.at(key, std::move(problem));
}

bool isKnown(SSL_CTX* context, std::string_view suites) {
    ::ERR_clear_error();
    const bool known = ::SSL_CTX_set_cipher_list(context, std::string(suites).c_str()) == 1;
    ::ERR_clear_error();
    return known;
}

bool isSeparator(char c) noexcept {
    return c == ':' || c == ',' || c == ' ';
}

void checkCiphers(const std::string& ciphers, SettingIssues& issues) {
    const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(::SSL_CTX_new(::TLS_server_method()),
                                                               ::SSL_CTX_free);
    if (!context) throw std::bad_alloc();
    if (!isKnown(context.get(), ciphers)) {
        issues.at("tls_ciphers", "tls_ciphers names no cipher suite; see openssl-ciphers(1)");
        return;
    }
    for (auto at = ciphers.begin(); at != ciphers.end();) {
        const auto end = std::find_if(at, ciphers.end(), isSeparator);
        const std::string_view word(at, end);
        // The rest are operators: !, -, + and @.
        const bool names =
            !word.empty() && std::string_view("!-+@").find(word.front()) == word.npos;
        if (names && !isKnown(context.get(), word)) {
            issues.at("tls_ciphers", "OpenSSL knows no cipher suite \"" + std::string(word) + '"',
                      static_cast<std::size_t>(at - ciphers.begin()), word.size());
        }
        at = end == ciphers.end() ? end : end + 1;
    }
}

}  // namespace

std::string unreadableTlsFile(const TlsOptions& options) {
    for (const auto& [key, file] : {std::pair("tls_certificate", &options.tlsCertificate),
                                    std::pair("tls_key", &options.tlsKey),
                                    std::pair("tls_client_ca", &options.tlsClientCa)}) {
        if (auto problem = problemOf(key, *file); !problem.empty()) return problem;
    }
    return {};
}

void TlsOptions::validate(SettingIssues& issues) const {
    if (!tlsCertificate.empty() && tlsKey.empty()) {
        issues.at("tls_certificate", "tls_certificate needs tls_key too");
    }
    if (tlsCertificate.empty() && !tlsKey.empty()) {
        issues.at("tls_key", "tls_key needs tls_certificate too");
    }
    if (tlsCertificate.empty() && tlsKey.empty() && !tlsClientCa.empty()) {
        issues.at("tls_client_ca", "tls_client_ca needs tls_certificate and tls_key too");
    }
    checkReadable("tls_certificate", tlsCertificate, issues);
    checkReadable("tls_key", tlsKey, issues);
    checkReadable("tls_client_ca", tlsClientCa, issues);
    // A context of OpenSSL costs half a millisecond, and a host may have a thousand services.
    if (tlsCiphers != kIntermediateCiphers) checkCiphers(tlsCiphers, issues);
}

}  // namespace berth::host
