// host/watch/watched_ways.cpp - which folders are watched, for which files, over which links.
#include <system_error>
#include <utility>

#include "host/watch/folder_entries.h"
#include "host/watch/link_way.h"
#include "host/watch/watch_masks.h"
#include "host/watch/watched_files.h"

namespace berth::host {

namespace fs = std::filesystem;

bool WatchedFiles::watch(Roles& roles, const Path& folder, Role role) {
    const bool files = role.files != nullptr || !role.linked.empty();
    const auto number = inotify_.add(folder, files ? kFilesMask : kWayMask);
    if (number < 0) return false;
    roles[number].push_back(std::move(role));
    return true;
}

// The folder above, or when that is missing too, the nearest one that is there.
void WatchedFiles::watchWay(Roles& roles, const Path& folder) {
    for (;;) {
        auto entry = folder;
        while (entry.has_relative_path() &&
               !watch(roles, entry.parent_path(), {.entry = entry.filename().string()})) {
            entry = entry.parent_path();
        }
        std::error_code unknown;
        if (entry == folder || !fs::is_directory(entry, unknown)) return;
    }
}

// What may not be looked at on the way is left alone.
void WatchedFiles::watchLinks(Roles& roles, const Path& path) {
    for (const auto& link : linkWay(path).links) {
        try {
            watch(roles, link.folder, {.entry = link.name});
        } catch (const std::system_error& error) {
            if (error.code() != std::errc::permission_denied) throw;
        }
    }
}

void WatchedFiles::watchLinkedFiles(Roles& roles, const WatchedFolder& folder) {
    std::error_code missing;
    for (const auto& entry : entriesOf(folder.folder)) {
        const auto& file = entry.path();
        if (!entry.is_symlink(missing) || !folder.matches(file.filename().string())) continue;
        watchLinks(roles, file);
        const auto real = linkWay(file).real;
        if (real.empty()) continue;
        try {
            watch(roles, real.parent_path(), {.entry = real.filename().string(), .linked = file});
        } catch (const std::system_error& error) {
            if (error.code() != std::errc::permission_denied) throw;
        }
    }
}

void WatchedFiles::watchFolders() {
    Roles roles;
    for (const auto& folder : folders_) {
        watchWay(roles, folder.folder);
        watchLinks(roles, folder.folder);
        watch(roles, folder.folder, {.files = &folder});
        watchLinkedFiles(roles, folder);
    }
    for (const auto& [number, gone] : roles_) {
        if (!roles.contains(number)) inotify_.remove(number);
    }
    roles_ = std::move(roles);
}

}  // namespace berth::host
