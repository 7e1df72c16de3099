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

void add(std::vector<WatchedFolder>& plan, const fs::path& folder, const std::string& pattern) {
    auto found = std::ranges::find(plan, folder, &WatchedFolder::folder);
    if (found == plan.end()) found = plan.insert(found, {folder, {}});
    if (std::ranges::find(found->patterns, pattern) == found->patterns.end()) {
        found->patterns.push_back(pattern);
    }
}

// A trailing slash would make the folder's name empty.
fs::path folderPath(const fs::path& path) {
    const auto normal = path.lexically_normal();
    return normal.has_filename() ? normal : normal.parent_path();
}

void addFile(std::vector<WatchedFolder>& plan, const fs::path& file) {
    add(plan, folderPath(file.parent_path()), literal(file.filename().string()));
    std::error_code unknown;
    const auto real = fs::canonical(file, unknown);  // of a link: what it points to
    if (!unknown && real != file) add(plan, real.parent_path(), literal(real.filename().string()));
}

}  // namespace

bool WatchedFolder::matches(const std::string& name) const {
    return !isTemporary(name) && std::ranges::any_of(patterns, [&](const std::string& pattern) {
        return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
    });
}

std::vector<WatchedFolder> watchPlan(const HostConfig& config) {
    std::vector<WatchedFolder> plan;
    if (!config.host.watch) return plan;
    const auto home = folderOf(config.file);
    for (const auto& folder : config.host.plugins) add(plan, folderPath(home / folder), "*.so");
    addFile(plan, home / config.file.filename());
    for (const auto& include : config.host.include) {
        const auto path = (home / include).lexically_normal();
        const auto name = path.filename().string();
        if (name.find_first_of("*?[") == std::string::npos) {
            addFile(plan, path);
        } else {
            add(plan, folderPath(path.parent_path()), name);
        }
    }
    return plan;
}

}  // namespace berth::host
