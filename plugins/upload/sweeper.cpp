// plugins/upload/sweeper.cpp
#include "upload/sweeper.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "upload/part.h"
#include "upload/state_file.h"

namespace berth::upload {
namespace {

using Entry = std::optional<struct stat>;

std::uint64_t bytesOf(const Entry& entry) {
    return entry ? static_cast<std::uint64_t>(entry->st_size) : 0;
}

// Nobody touched it for so long.
bool isOld(const struct stat& entry, std::chrono::milliseconds time) {
    const auto modified = std::chrono::system_clock::from_time_t(entry.st_mtim.tv_sec);
    return std::chrono::system_clock::now() - modified >= time;
}

// All of it is there to go on with.
bool isWhole(const Workspace& workspace, const std::string& name, const struct stat& part) {
    const auto seen = StateFile::look(workspace.states, name);
    return trustedSize(seen.state, part) == bytesOf(part);
}

// Somebody had the name in between. That a part is shorter is our own doing.
bool isNewer(const Entry& now, const Entry& before) {
    return now && (!before || now->st_ino != before->st_ino || now->st_size > before->st_size);
}

void requireFile(const Directory& directory, const std::string& name) {
    const auto entry = directory.find(name);
    if (!entry || S_ISREG(entry->st_mode)) return;
    throw std::system_error(EINVAL, std::generic_category(),
                            directory.path() + "/" + name + " is no regular file");
}

}  // namespace

void Sweeper::sweep(const Workspace& workspace, Space& space, Foreign foreign) const {
    std::set<std::string> names;
    for (const auto* directory : {&workspace.parts, &workspace.states}) {
        for (auto& name : directory->names()) names.insert(std::move(name));
    }
    for (const auto& name : names) {
        try {
            sweepName(workspace, space, name);
        } catch (const std::system_error& error) {
            if (foreign == Foreign::LeaveUnnamed) continue;
            log_.warning(std::string(error.what()) + "; it is left alone");
        }
    }
}

void Sweeper::sweepName(const Workspace& workspace, Space& space, const std::string& name) const {
    const auto& parts = workspace.parts;
    requireFile(workspace.states, name);
    requireFile(parts, name);
    const auto before = parts.find(name);
    const bool old = !before || isOld(*before, partialTtl_);
    if (!old && isWhole(workspace, name, *before)) return;
    auto change = space.change();
    // This alone drops what nobody can go on with.
    auto part = Part::lock(workspace, name);
    if (!part) return;
    if (old && !isNewer(parts.find(name), before)) part->remove();
    const auto left = bytesOf(parts.find(name));
    change.removed(bytesOf(before) - std::min(bytesOf(before), left));
}

}  // namespace berth::upload
