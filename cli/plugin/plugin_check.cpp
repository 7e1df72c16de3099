// cli/plugin/plugin_check.cpp
#include "cli/plugin/plugin_check.h"

#include <system_error>

#include "cli/app/failure.h"

namespace berth::cli {
namespace {

std::vector<std::string> joined(std::vector<std::string> first,
                                const std::vector<std::string>& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

}  // namespace

std::vector<std::string> PluginCheck::problems() const {
    return joined(preflight.problems, probe.problems);
}

std::vector<std::string> PluginCheck::warnings() const {
    return joined(preflight.warnings, probe.warnings);
}

PluginCheck checkPlugin(const std::filesystem::path& path, Opening opening) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
        throw Failure(ExitCode::NoInput, path.string() + ": no such file");
    }
    PluginCheck check{.path = path, .preflight = inspect::preflight(path), .probe = {}};
    if (check.preflight.accepted() && opening == Opening::Try) {
        check.probe = probePlugin(std::filesystem::absolute(path));
    }
    return check;
}

}  // namespace berth::cli
