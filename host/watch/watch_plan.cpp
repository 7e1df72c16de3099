// host/watch/watch_plan.cpp
#include "host/watch/watch_plan.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "host/config/config_files.h"

namespace berth::host {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 7> kTemporary{"~",    ".swp", ".swx",     ".part",
                                                     ".tmp", ".bak", ".filepart"};

bool isTemporary(const std::string& name) {
    return name.starts_with('.') || std::ranges::any_of(kTemporary, [&](std::string_view end) {
               return name.ends_with(end);
           });
}

// A name that stands for itself.
std::string literal(const std::string& name) {
    std::string pattern;
    for (const char c : name) {
        if (std::string_view("*?[\\").find(c) != std::string_view::npos) pattern += '\\';
        pattern += c;
    }
    return pattern;
}

bool anyMatches(const std::vector<std::string>& patterns, const std::string& name) {
    return std::ranges::any_of(patterns, [&](const std::string& pattern) {
        return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
    });
}

void addOnce(std::vector<std::string>& patterns, const std::string& pattern) {
    if (std::ranges::find(patterns, pattern) == patterns.end()) patterns.push_back(pattern);
}

enum class Kind { Ini, Other };

void add(std::vector<WatchedFolder>& plan, const fs::path& folder, const std::string& pattern,
         Kind kind) {
    auto found = std::ranges::find(plan, folder, &WatchedFolder::folder);
    if (found == plan.end()) found = plan.insert(found, {folder, {}});
    addOnce(found->patterns, pattern);
    if (kind == Kind::Ini) addOnce(found->ini, pattern);
}

// A trailing slash would make the folder's name empty.
fs::path folderPath(const fs::path& path) {
    const auto normal = path.lexically_normal();
    return normal.has_filename() ? normal : normal.parent_path();
}

void addFile(std::vector<WatchedFolder>& plan, const fs::path& file, Kind kind) {
    if (file.empty()) return;
    add(plan, folderPath(file.parent_path()), literal(file.filename().string()), kind);
}

}  // namespace

bool WatchedFolder::matches(const std::string& name) const {
    return !isTemporary(name) && anyMatches(patterns, name);
}

bool WatchedFolder::isIni(const std::string& name) const {
    return anyMatches(ini, name);
}

std::vector<WatchedFolder> watchPlan(const HostConfig& config) {
    std::vector<WatchedFolder> plan;
    if (!config.host.watch) return plan;
    const auto home = folderOf(config.file);
    for (const auto& folder : config.host.plugins)
        add(plan, folderPath(home / folder), "*.so", Kind::Other);
    addFile(plan, home / config.file.filename(), Kind::Ini);
    for (const auto& include : config.host.include) {
        const auto path = (home / include).lexically_normal();
        const auto name = path.filename().string();
        if (name.find_first_of("*?[") == std::string::npos) {
            addFile(plan, path, Kind::Ini);
        } else {
            add(plan, folderPath(path.parent_path()), name, Kind::Ini);
        }
    }
    for (const auto& service : config.services) {
        const auto& options = service.options;
        const fs::path plugin = service.plugin();
        if (plugin.has_parent_path()) {  // a file, not a kind
            addFile(plan, (folderOf(service.section.file) / plugin).lexically_normal(),
                    Kind::Other);
        }
        for (const auto& file : {options.tlsCertificate, options.tlsKey, options.tlsClientCa}) {
            addFile(plan, file, Kind::Other);
        }
    }
    return plan;
}

}  // namespace berth::host
