// plugins/upload/stored_bytes.cpp
#include "upload/stored_bytes.h"

#include <sys/stat.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "upload/state_file.h"

namespace berth::upload {
namespace {

std::uint64_t sizeOf(const Directory& directory, const std::string& name) {
    const auto entry = directory.find(name);
    return entry && S_ISREG(entry->st_mode) ? static_cast<std::uint64_t>(entry->st_size) : 0;
}

// What is no state of ours promises nothing.
std::uint64_t promisedTo(const Directory& states, const std::string& name) try {
    return StateFile::look(states, name).promised;
} catch (const std::system_error&) {
    return 0;
}

}  // namespace

std::uint64_t countBytes(const Folder& folder, const std::set<std::string>& except) {
    const auto& [root, parts, states] = folder.workspace();
    std::set<std::string> unfinished;
    for (const auto* directory : {&parts, &states}) {
        for (auto& name : directory->names()) unfinished.insert(std::move(name));
    }
    std::uint64_t total = 0;
    // These first: one that is published meanwhile is then counted twice, but never missed.
    for (const auto& name : unfinished) {
        if (except.contains(name)) continue;
        total += std::max(promisedTo(states, name), sizeOf(parts, name));
    }
    for (const auto& name : folder.published().names()) total += sizeOf(folder.published(), name);
    return total;
}

}  // namespace berth::upload
