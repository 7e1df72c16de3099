// cli/control/control_ini.h - the few keys of a host's ini by which its control port is found.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace berth::cli {

// Where the control port of the host with that ini listens, and where its token lies.
struct ControlIni {
    std::vector<std::string> listen;    // as written, with absolute paths after `unix:`
    std::filesystem::path tokenFile;    // absolute
    std::filesystem::path certificate;  // absolute; empty: no TLS
};

// Reads `state` of [host] and `listen`, `token_file` and `tls_certificate` of [control]; every
// other key is the host's business. Included files are not read.
// Throws: Failure with ExitCode::NoInput or ExitCode::Configuration and `FILE:LINE`.
[[nodiscard]] ControlIni readControlIni(const std::filesystem::path& file);

}  // namespace berth::cli
