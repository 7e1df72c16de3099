// host/plugin/plugin_search.cpp
#include "host/plugin/plugin_search.h"

#include <algorithm>
#include <optional>
#include <system_error>

#include "berth/detail/require.h"
#include "berth/inspect/plugin_file.h"
#include "berth/words.h"
#include "host/plugin/loading.h"
#include "host/plugin/plugin_error.h"

namespace berth::host {
namespace {

using std::filesystem::path;

bool offers(const std::vector<std::string>& kinds, const std::string& kind) {
    return std::ranges::find(kinds, kind) != kinds.end();
}

FoundPlugin kindOfFile(const path& file) {
    const auto kinds = acceptedPlugin(file).kinds;
    if (kinds.size() == 1) return {file, kinds.front()};
    if (const auto stem = file.stem().string(); offers(kinds, stem)) return {file, stem};
    throw PluginError(file.string() + ": offers several kinds of service (" + joined(kinds, ", ") +
                      "): add its folder to `plugins` and write one of them in its place");
}

std::vector<path> librariesOf(const path& folder) {
    std::vector<path> files;
    std::error_code ignored;  // a folder that cannot be read holds nothing to be found
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        if (entry.path().extension() == ".so") files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

// The folder, and why it cannot be read when it cannot.
std::string shownFolder(const path& folder) {
    std::error_code problem;
    const std::filesystem::directory_iterator entries(folder, problem);
    return problem ? folder.string() + ": " + problem.message() : folder.string();
}

// What a search saw on its way, for the message when it finds nothing.
struct Seen {
    std::vector<std::string> kinds;
    std::vector<std::string> refused;  // "PATH: why"
};

std::optional<path> fileThatOffers(const std::string& kind, const path& folder, Seen& seen) {
    for (const auto& file : librariesOf(folder)) {
        const auto report = inspect::preflight(file);
        if (!report.accepted()) {
            seen.refused.push_back(file.string() + ": " + joined(report.problems, "; "));
            continue;
        }
        if (offers(report.file->kinds, kind)) return file;
        seen.kinds.insert(seen.kinds.end(), report.file->kinds.begin(), report.file->kinds.end());
    }
    return std::nullopt;
}

std::string notFound(const std::string& kind, const std::vector<path>& folders, const Seen& seen) {
    std::vector<std::string> names;
    for (const auto& folder : folders) names.push_back(shownFolder(folder));
    auto text = "no plugin offers the kind \"" + kind + "\" (searched: " +
                (names.empty() ? "nothing, `plugins` is empty" : joined(names, ", ")) + ")";
    if (const auto nearest = closestWord(kind, seen.kinds)) {
        text += "; did you mean \"" + *nearest + "\"?";
    }
    if (!seen.refused.empty()) text += "; refused there: " + joined(seen.refused, "; ");
    return text;
}

}  // namespace

path PluginReference::path() const {
    BERTH_REQUIRE(isPath());
    return (directory / text).lexically_normal();
}

FoundPlugin PluginSearch::find(const PluginReference& reference) const {
    if (reference.text.empty()) throw PluginError("no plugin is named");
    return reference.isPath() ? kindOfFile(reference.path()) : findKind(reference.text);
}

FoundPlugin PluginSearch::findKind(const std::string& kind) const {
    for (const auto& folder : folders_) {
        const auto file = folder / (kind + ".so");
        std::error_code missing;
        if (!std::filesystem::exists(file, missing)) continue;
        if (offers(acceptedPlugin(file).kinds, kind)) return {file, kind};
        break;
    }
    Seen seen;
    for (const auto& folder : folders_) {
        if (const auto file = fileThatOffers(kind, folder, seen)) return {*file, kind};
    }
    throw UnknownKind(notFound(kind, folders_, seen));
}

}  // namespace berth::host
