// host/plugin/loading.cpp
#include "host/plugin/loading.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <stdexcept>
#include <utility>

#include "host/base/activity.h"
#include "host/plugin/plugin_error.h"
#include "host/plugin/setting_problems.h"

namespace berth::host {
namespace {

constexpr std::size_t kShownBuildId = 12;  // digits; enough to tell two builds apart

void requireAccepted(const inspect::Preflight& report, const std::filesystem::path& file) {
    if (!report.accepted()) {
        throw PluginError(file.string() + ": " + joined(report.problems, "; "));
    }
}

// Shows in a debugger, in perf and in /proc/PID/maps.
std::string label(const inspect::PluginFile& file) {
    return file.name + "-" +
           (file.buildId.empty() ? file.version : file.buildId.substr(0, kShownBuildId));
}

inspect::PluginLibrary open(const std::filesystem::path& staged,
                            const std::filesystem::path& source, const inspect::PluginFile& file) {
    const ActivityScope scope(
        {.phase = "a static initialiser",
         .code = {.plugin = file.name, .version = file.version, .buildId = file.buildId}});
    try {
        return inspect::PluginLibrary(staged);
    } catch (const std::runtime_error& error) {
        throw PluginError(source.string() + ": " + error.what());
    }
}

std::vector<std::string> problemsOf(const abi::ServiceKind& kind) {
    std::vector<FieldDescription> fields;
    std::string error;
    if (kind.describe(fields, error)) return settingProblems(kind.name, fields);
    return {"kind " + std::string(kind.name) + " cannot describe its settings: " + error};
}

// A service of it could not be given what its ini says.
void requireSettings(const inspect::PluginLibrary& library, const std::filesystem::path& source) {
    const auto& descriptor = library.descriptor();
    std::vector<std::string> problems;
    for (const auto& kind : std::span(descriptor.kinds, descriptor.kindCount)) {
        std::ranges::copy(problemsOf(kind), std::back_inserter(problems));
    }
    if (!problems.empty()) throw PluginError(source.string() + ": " + joined(problems, "; "));
}

}  // namespace

inspect::PluginFile acceptedPlugin(const std::filesystem::path& file) {
    auto report = inspect::preflight(file);
    requireAccepted(report, file);
    return *std::move(report.file);
}

LoadedPlugin loadPlugin(const std::filesystem::path& source, const StagingFolder& folder,
                        FirstLoad* first) {
    requireAccepted(inspect::preflight(source), source);  // before it is copied
    auto staged = folder.stage(source);
    auto report = inspect::preflight(staged.path());
    requireAccepted(report, source);
    staged.relabel(label(*report.file));
    report.file->path = source;
    if (first != nullptr) first->require(staged, source);
    auto library = open(staged.path(), source, *report.file);
    requireSettings(library, source);
    return {.source = source,
            .staged = std::move(staged),
            .file = *std::move(report.file),
            .warnings = std::move(report.warnings),
            .library = std::move(library)};
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
    std::string text;
    for (const auto& part : parts) {
        if (!text.empty()) text += between;
        text += part;
    }
    return text;
}

}  // namespace berth::host
