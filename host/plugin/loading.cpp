// host/plugin/loading.cpp
#include "host/plugin/loading.h"

#include <stdexcept>
#include <utility>

#include "host/plugin/plugin_error.h"

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
                            const std::filesystem::path& source) {
    try {
        return inspect::PluginLibrary(staged);
    } catch (const std::runtime_error& error) {
        throw PluginError(source.string() + ": " + error.what());
    }
}

}  // namespace

inspect::PluginFile acceptedPlugin(const std::filesystem::path& file) {
    auto report = inspect::preflight(file);
    requireAccepted(report, file);
    return *std::move(report.file);
}

LoadedPlugin loadPlugin(const std::filesystem::path& source, const StagingFolder& folder) {
    requireAccepted(inspect::preflight(source), source);  // before it is copied
    auto staged = folder.stage(source);
    auto report = inspect::preflight(staged.path());
    requireAccepted(report, source);
    staged.relabel(label(*report.file));
    report.file->path = source;
    auto library = open(staged.path(), source);
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
