// cli/control/control_target.cpp
#include "cli/control/control_target.h"

#include <Poco/Environment.h>

#include <algorithm>
#include <optional>

#include "cli/app/failure.h"
#include "cli/control/control_ini.h"

namespace berth::cli {
namespace {

std::optional<std::string> given(const Arguments& arguments, const std::string& option,
                                 const std::string& variable) {
    if (auto value = arguments.value(option)) return value;
    const auto value = Poco::Environment::get(variable, "");
    return value.empty() ? std::nullopt : std::optional(value);
}

// The ini to read, or nothing when none was named and none lies where it usually does.
std::optional<std::filesystem::path> iniFile(const Arguments& arguments) {
    if (const auto named = given(arguments, "config", "BERTH_CONFIG")) return *named;
    for (const char* usual : {"berth.ini", "/etc/berth/berth.ini"}) {
        std::error_code ignored;
        if (std::filesystem::is_regular_file(usual, ignored)) return usual;
    }
    return std::nullopt;
}

// A socket of systemd's and a port that the kernel chooses are known to the host alone.
bool canBeReached(const std::string& address) {
    return !address.starts_with("systemd:") && address != "0" && !address.ends_with(":0");
}

void useIni(ControlTarget& target, const std::filesystem::path& file) {
    const auto ini = readControlIni(file);
    target.tokenFile = ini.tokenFile;
    if (!target.endpoints.empty()) return;
    target.source = file.string();
    target.certificate = ini.certificate;
    for (const auto& address : ini.listen) {
        if (canBeReached(address)) target.endpoints.push_back(parseEndpoint(address));
    }
    if (target.endpoints.empty()) {
        throw Failure(ExitCode::Configuration,
                      file.string() +
                          ": [control] listens nowhere the tool can reach; "
                          "name the address with --control");
    }
    std::ranges::stable_partition(target.endpoints, [](const Endpoint& endpoint) {
        return endpoint.kind == Endpoint::Kind::Unix;
    });
}

}  // namespace

ControlTarget findControlTarget(const Arguments& arguments) {
    ControlTarget target;
    if (const auto address = given(arguments, "control", "BERTH_CONTROL")) {
        target.endpoints.push_back(parseEndpoint(*address));
        target.source = arguments.has("control") ? "--control" : "BERTH_CONTROL";
    }
    const auto tokenFile = given(arguments, "token-file", "BERTH_TOKEN_FILE");
    const bool tokenWanted = !tokenFile && (target.endpoints.empty() ||
                                            target.endpoints.front().kind == Endpoint::Kind::Tcp);
    const auto ini = iniFile(arguments);
    if (ini && (target.endpoints.empty() || tokenWanted)) useIni(target, *ini);
    if (tokenFile) target.tokenFile = *tokenFile;
    if (target.endpoints.empty()) {
        throw Failure(ExitCode::Usage,
                      "which host? There is no berth.ini here or in /etc/berth; name the ini with "
                      "--config FILE or the control port with --control ADDRESS");
    }
    return target;
}

}  // namespace berth::cli
