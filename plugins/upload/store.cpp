// plugins/upload/store.cpp
#include "upload/store.h"

#include <algorithm>
#include <utility>

#include "upload/file_name.h"
#include "upload/refusal.h"

namespace berth::upload {
namespace {

constexpr std::chrono::milliseconds kSweepInterval = std::chrono::minutes(1);

// Throws: Refusal when the client would not go on where the part ends.
void checkResume(const Request& request, const Part& part) {
    const auto stored = part.size();
    if (*request.offset != stored) {
        throw Refusal(RefusalCode::OffsetMismatch,
                      std::to_string(stored) + " bytes of this file are stored", stored);
    }
    const auto& state = part.state();
    if (!state) return;
    const bool otherDigest =
        !request.sha256.empty() && !state->sha256.empty() && request.sha256 != state->sha256;
    if (state->fileSize != request.fileSize || otherDigest) {
        throw Refusal(RefusalCode::PartMismatch,
                      "what is stored was begun with another file_size or sha256", stored);
    }
}

std::chrono::system_clock::time_point modified(const struct stat& entry) {
    return std::chrono::system_clock::from_time_t(entry.st_mtim.tv_sec);
}

}  // namespace

Store::Store(const Settings& settings)
    : settings_(settings),
      directory_(settings.directory),
      workspace_(directory_),
      space_({settings.maxTotalSize.value, settings.minFreeSpace.value},
             {[this](const std::set<std::string>& except) { return countBytes(except); },
              [this] { return directory_.freeBytes(); }}),
      lastSweep_(std::chrono::steady_clock::now()) {
    sweep();
}

IncomingFile Store::begin(const Request& request) {
    if (sweepIsDue()) sweep();
    const auto name = nameOf(request.filename);
    const auto most = settings_.maxFileSize.value;
    if (most != 0 && request.fileSize > most) {
        throw Refusal(RefusalCode::TooLarge,
                      "files of more than " + std::to_string(most) + " bytes are not taken");
    }
    auto part = Part::lock(workspace_, name);
    if (!part) throw Refusal(RefusalCode::Busy, "somebody else sends this file right now");
    checkDestination(destination(), name);
    if (request.offset) checkResume(request, *part);

    const bool goesOn = request.offset && part->state();
    const auto stored = part->size();
    auto promise = space_.reserve(name, {request.fileSize, stored, goesOn ? stored : 0});
    if (goesOn) {
        part->resume(request.sha256);
    } else {
        part->restart({.fileSize = request.fileSize, .sha256 = request.sha256, .boot = {}});
    }
    return {*std::move(part), space_, std::move(promise), destination()};
}

FileStatus Store::status(const std::string& filename) {
    const auto name = nameOf(filename);
    const auto part = unfinished(name);
    const auto entry = directory_.find(name);
    if (entry && !S_ISREG(entry->st_mode)) checkDestination(destination(), name);
    if (entry && !(settings_.overwrite && part)) {
        const auto size = static_cast<std::uint64_t>(entry->st_size);
        return {.name = name, .complete = true, .offset = size, .fileSize = size};
    }
    return part.value_or(FileStatus{.name = name, .fileSize = {}});
}

std::optional<FileStatus> Store::unfinished(const std::string& name) const {
    const auto seen = StateFile::look(workspace_.states, name);
    const auto size = trustedSize(seen.state, workspace_.parts.find(name));
    if (!size) {
        if (!seen.locked) return std::nullopt;
        return FileStatus{.name = name, .fileSize = {}, .busy = true};
    }
    return FileStatus{
        .name = name, .offset = *size, .fileSize = seen.state->fileSize, .busy = seen.locked};
}

void Store::settle() {
    for (const auto& name : workspace_.parts.names()) {
        auto part = Part::lock(workspace_, name);
        if (part && part->state()) part->settle();
    }
    workspace_.parts.sync();
    workspace_.states.sync();
}

std::string Store::nameOf(const std::string& filename) const {
    return checkedName(filename,
                       settings_.stripDirectories ? Directories::Strip : Directories::Refuse);
}

Destination Store::destination() const {
    return {directory_,
            settings_.overwrite ? Directory::Existing::Replace : Directory::Existing::Keep,
            settings_.mode.bits};
}

std::uint64_t Store::countBytes(const std::set<std::string>& exceptParts) const {
    std::uint64_t total = 0;
    const auto add = [&total](const Directory& directory, const std::string& name) {
        const auto entry = directory.find(name);
        if (entry && S_ISREG(entry->st_mode)) total += static_cast<std::uint64_t>(entry->st_size);
    };
    for (const auto& name : directory_.names()) add(directory_, name);
    for (const auto& name : workspace_.parts.names()) {
        if (!exceptParts.contains(name)) add(workspace_.parts, name);
    }
    return total;
}

bool Store::sweepIsDue() {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(sweepMutex_);
    if (now - lastSweep_ < std::min(kSweepInterval, settings_.partialTtl)) return false;
    lastSweep_ = now;
    return true;
}

// Removes parts that did not grow for long, and what an ended program left of a part.
void Store::sweep() {
    std::set<std::string> names;
    for (const auto* directory : {&workspace_.parts, &workspace_.states, &workspace_.copies}) {
        for (auto& name : directory->names()) names.insert(std::move(name));
    }
    for (const auto& name : names) sweepName(name);
}

void Store::sweepName(const std::string& name) {
    const auto now = std::chrono::system_clock::now();
    const auto before = workspace_.parts.find(name);
    if (before && now - modified(*before) < settings_.partialTtl) return;
    auto part = Part::lock(workspace_, name);
    if (!part) return;
    const auto entry = workspace_.parts.find(name);
    if (entry && now - modified(*entry) < settings_.partialTtl) return;
    auto change = space_.change();
    part->remove();
    if (entry) change.removed(static_cast<std::uint64_t>(entry->st_size));
}

}  // namespace berth::upload
