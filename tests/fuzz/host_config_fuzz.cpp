// tests/fuzz/host_config_fuzz.cpp - whole configurations: whatever is wrong is told with its place,
// and what is good means something.
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "fuzz/fuzz_target.h"
#include "fuzz/model/folder.h"
#include "host/config/diagnostic.h"
#include "host/config/host_config.h"

namespace berth::fuzz {
namespace {

void checkDiagnostic(const host::Diagnostic& diagnostic) {
    require(!diagnostic.message.empty() && !diagnostic.code.empty(), "an error says what and why");
    const auto line = oneLine(diagnostic);
    require(line.find('\n') == line.npos, "an error is one line");
    std::ostringstream printed;
    printText(printed, diagnostic);
    require(!printed.str().empty(), "an error can be printed");
}

void checkConfig(const host::HostConfig& config) {
    std::set<std::string> names;
    for (const auto& service : config.services) {
        require(names.insert(service.name).second, "a service's name is its own");
        require(!service.name.empty() && service.name.size() <= 64, "a service's name");
        require(!service.options.listen.empty(), "a service listens");
        require(service.settings.size() == service.origins.size(), "each setting has its place");
    }
}

}  // namespace

void target(std::string_view input) {
    // Files elsewhere are not the input's.
    if (input.find("include") != input.npos) return;
    static const WorkFolder work;
    const auto file = work.path() / "berth.ini";
    std::ofstream(file, std::ios::binary | std::ios::trunc) << input;
    const auto result = host::loadHostConfig(file);
    for (const auto& diagnostic : result.diagnostics) checkDiagnostic(diagnostic);
    static_cast<void>(toJson(result.diagnostics));
    if (result.good()) checkConfig(result.config);
    const auto again = host::loadHostConfig(file);
    require(again.diagnostics.size() == result.diagnostics.size() &&
                again.config.services.size() == result.config.services.size(),
            "a file says the same each time");
}

}  // namespace berth::fuzz
