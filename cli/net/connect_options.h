// cli/net/connect_options.h - the options of every command that connects.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "cli/app/arguments.h"

namespace berth::cli {

struct TlsOptions {
    bool enabled = false;
    bool insecure = false;    // take any certificate
    std::string authorities;  // PEM file of trusted certificates; empty: the system's
    std::string certificate;  // this side's, PEM
    std::string key;
};

struct ConnectOptions {
    std::chrono::milliseconds connectLimit{std::chrono::seconds(10)};
    std::chrono::milliseconds silenceLimit{0};  // neither a byte sent nor received; 0: none
    TlsOptions tls;
};

// --timeout, --tls, --ca, --cert, --key, --insecure.
[[nodiscard]] std::vector<Option> connectOptionRows(const std::string& timeoutHelp);

// What of it was given. `silence` is the limit without --timeout.
// Throws: Failure with ExitCode::Usage.
[[nodiscard]] ConnectOptions connectOptions(const Arguments& arguments,
                                            std::chrono::milliseconds silence);

// The value of an option that is a duration, such as 30s. Throws: Failure.
[[nodiscard]] std::chrono::milliseconds durationOption(const Arguments& arguments,
                                                       const std::string& name,
                                                       std::chrono::milliseconds standard);

}  // namespace berth::cli
