// cli/plugin/check_report.cpp
#include "cli/plugin/check_report.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include "cli/app/json_text.h"
#include "cli/app/terminal_text.h"

namespace berth::cli {
namespace {

std::string listOf(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    return text.empty() ? "-" : text;
}

std::string row(const std::string& label, const std::string& value) {
    return "  " + label + std::string(label.size() < 12 ? 12 - label.size() : 1, ' ') +
           visibleLine(value) + "\n";
}

std::string fileRows(const inspect::PluginFile& file) {
    return row("plugin", file.name + " " + file.version) + row("kinds", listOf(file.kinds)) +
           row("built for", "SDK " + file.sdkVersion) +
           row("build id", file.buildId.empty() ? "-" : file.buildId) +
           row("needs", listOf(file.needed));
}

}  // namespace

std::string checkText(const Console& console, const PluginCheck& check) {
    const auto verdict = check.accepted() ? console.styled(Style::Green, "ok")
                                          : console.styled(Style::Red, "refused");
    auto text = visibleLine(check.path.string()) + ": " + verdict + "\n";
    for (const auto& problem : check.problems()) text += row("problem", problem);
    for (const auto& warning : check.warnings()) text += row("warning", warning);
    if (check.preflight.file) text += fileRows(*check.preflight.file);
    return text;
}

std::string checkJson(const PluginCheck& check) {
    Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    object.set("file", check.path.string());
    object.set("ok", check.accepted());
    object.set("problems", arrayOf(check.problems()));
    object.set("warnings", arrayOf(check.warnings()));
    if (const auto& file = check.preflight.file) {
        object.set("name", file->name);
        object.set("version", file->version);
        object.set("sdk_version", file->sdkVersion);
        object.set("build_id", file->buildId);
        object.set("kinds", arrayOf(file->kinds));
        object.set("needed", arrayOf(file->needed));
    }
    return jsonLine(object);
}

}  // namespace berth::cli
