// host/config/tls_check.cpp - checks certificate, key and client CA against one another.
#include "host/config/tls_check.h"

#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

namespace berth::host {
namespace {

void checkReadable(std::string_view key, const std::filesystem::path& file, SettingIssues& issues) {
    if (file.empty() || access(file.c_str(), R_OK) == 0) return;
    const auto reason = std::generic_category().message(errno);
    issues.at(key, std::string(key) + " cannot be read: " + reason);
}

}  // namespace

void checkTls(const std::filesystem::path& certificate, const std::filesystem::path& key,
              const std::filesystem::path& clientCa, SettingIssues& issues) {
    if (!certificate.empty() && key.empty()) {
        issues.at("tls_certificate", "tls_certificate needs tls_key too");
    }
    if (certificate.empty() && !key.empty()) {
        issues.at("tls_key", "tls_key needs tls_certificate too");
    }
    if (certificate.empty() && key.empty() && !clientCa.empty()) {
        issues.at("tls_client_ca", "tls_client_ca needs tls_certificate and tls_key too");
    }
    checkReadable("tls_certificate", certificate, issues);
    checkReadable("tls_key", key, issues);
    checkReadable("tls_client_ca", clientCa, issues);
}

}  // namespace berth::host
