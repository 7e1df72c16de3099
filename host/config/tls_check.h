// host/config/tls_check.h - what must hold between the three TLS keys of a section.
#pragma once

#include <filesystem>

#include "berth/settings.h"

namespace berth::host {

// Certificate and key go together, a client CA needs both, and each file must be readable.
void checkTls(const std::filesystem::path& certificate, const std::filesystem::path& key,
              const std::filesystem::path& clientCa, SettingIssues& issues);

}  // namespace berth::host
