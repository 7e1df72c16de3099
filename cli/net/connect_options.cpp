// cli/net/connect_options.cpp
#include "cli/net/connect_options.h"

#include "berth/units.h"
#include "cli/app/failure.h"

namespace berth::cli {

std::vector<Option> connectOptionRows(const std::string& timeoutHelp) {
    return {{"timeout", "t", "DURATION", timeoutHelp},
            {"tls", "", "", "Speak TLS; --ca, --cert and --insecure imply it."},
            {"ca", "", "FILE", "Trust the certificates in this PEM file."},
            {"cert", "", "FILE", "Show this certificate (PEM)."},
            {"key", "", "FILE", "The private key of --cert."},
            {"insecure", "k", "", "Take any certificate: whoever answers is believed."}};
}

std::chrono::milliseconds durationOption(const Arguments& arguments, const std::string& name,
                                         std::chrono::milliseconds standard) {
    const auto text = arguments.value(name);
    if (!text) return standard;
    if (const auto duration = parseDuration(*text)) return *duration;
    throw Failure(ExitCode::Usage,
                  "--" + name + " " + *text + ": is no duration; write 500ms, 30s, 5m or 0");
}

ConnectOptions connectOptions(const Arguments& arguments, std::chrono::milliseconds silence) {
    ConnectOptions options;
    options.silenceLimit = durationOption(arguments, "timeout", silence);
    if (arguments.has("timeout") && options.silenceLimit.count() > 0) {
        options.connectLimit = options.silenceLimit;
    }
    options.tls = {.enabled = false,
                   .insecure = arguments.has("insecure"),
                   .authorities = arguments.value("ca").value_or(""),
                   .certificate = arguments.value("cert").value_or(""),
                   .key = arguments.value("key").value_or("")};
    options.tls.enabled = arguments.has("tls") || arguments.has("ca") || arguments.has("cert") ||
                          options.tls.insecure;
    if (options.tls.certificate.empty() != options.tls.key.empty()) {
        throw Failure(ExitCode::Usage, "--cert and --key belong together; give both or none");
    }
    return options;
}

}  // namespace berth::cli
