// cli/control/control_target.h - which control port a command is for.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/app/arguments.h"
#include "cli/net/endpoint.h"

namespace berth::cli {

struct ControlTarget {
    std::vector<Endpoint> endpoints;    // to try in this order: Unix sockets first
    std::filesystem::path tokenFile;    // for TCP; empty: none is known
    std::filesystem::path certificate;  // the host's own, when its control port speaks TLS
    std::string source;                 // where the addresses come from, for messages
};

// The address from --control or BERTH_CONTROL; else from the ini of --config, BERTH_CONFIG,
// ./berth.ini or /etc/berth/berth.ini. The token's file comes from --token-file,
// BERTH_TOKEN_FILE or the ini.
// Throws: Failure when none is found, or what is found cannot be understood.
[[nodiscard]] ControlTarget findControlTarget(const Arguments& arguments);

}  // namespace berth::cli
