// plugins/upload/store.cpp
#include "upload/store.h"

#include <sys/stat.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "upload/file_name.h"
#include "upload/refusal.h"
#include "upload/stored_bytes.h"

namespace berth::upload {
namespace {

constexpr std::chrono::milliseconds kSweepInterval = std::chrono::minutes(1);

// Whether both ask for the same file, as far as they tell.
bool isSameFile(const Request& request, const PartState& state) {
    return request.fileSize == state.fileSize &&
           (request.sha256.empty() || state.sha256.empty() || request.sha256 == state.sha256);
}

// Throws: Refusal when the client would not go on where the part ends.
void checkResume(const Request& request, const Part& part) {
    const auto stored = part.size();
    if (*request.offset != stored) {
        throw Refusal(RefusalCode::OffsetMismatch,
                      std::to_string(stored) + " bytes of this file are stored", stored);
    }
    const auto& state = part.state();
    if (!state) return;
    if (!isSameFile(request, *state)) {
        throw Refusal(RefusalCode::PartMismatch,
                      "what is stored was begun with another file_size or sha256", stored);
    }
}

std::optional<FileStatus> unfinished(const Workspace& workspace, const std::string& name) {
    const auto seen = StateFile::look(workspace.states, name);
    const auto size = trustedSize(seen.state, workspace.parts.find(name));
    if (!size) {
        if (!seen.locked) return std::nullopt;
        return FileStatus{.name = name, .fileSize = {}, .busy = true};
    }
    return FileStatus{
        .name = name, .offset = *size, .fileSize = seen.state->fileSize, .busy = seen.locked};
}

}  // namespace

Store::Store(const Settings& settings, Log& log)
    : settings_(settings),
      log_(log),
      sweeper_(settings.partialTtl, log),
      folder_(std::make_shared<Folder>(settings.directory)),
      space_({settings.maxTotalSize.value, settings.minFreeSpace.value},
             {.count = [this](const auto& except) { return countBytes(*knownFolder(), except); },
              .free = [this] { return knownFolder()->published().freeBytes(); },
              .shared = [this] { return knownFolder()->isShared(); }}),
      lastSweep_(std::chrono::steady_clock::now()) {
    if (folder_->isShared()) {
        log_.information(folder_->published().path() +
                         " is shared: another service, host or version stores there, too; "
                         "max_total_size counts the files of all");
    }
    sweeper_.sweep(folder_->workspace(), space_, Sweeper::Foreign::Name);
}

Store::FolderPtr Store::knownFolder() const {
    const detail::Lock lock(folderMutex_);
    return folder_;
}

// The directory that the setting names now.
Store::FolderPtr Store::folder() {
    auto known = knownFolder();
    if (known->isStillThere()) return known;
    try {
        useFolder(known, std::make_shared<Folder>(settings_.directory));
    } catch (const std::system_error& error) {
        tellThatFolderIsGone(error.what());
        throw Refusal(RefusalCode::FolderGone, "the service's folder is not there");
    }
    return knownFolder();
}

void Store::useFolder(const FolderPtr& known, FolderPtr made) {
    {
        const detail::Lock lock(folderMutex_);
        if (folder_ != known) return;
        folder_ = std::move(made);
        gone_ = false;
    }
    log_.warning(settings_.directory.string() +
                 " was replaced while the service ran; files go to the new one from now on");
    space_.recount();
}

void Store::tellThatFolderIsGone(const std::string& why) {
    {
        const detail::Lock lock(folderMutex_);
        if (std::exchange(gone_, true)) return;
    }
    log_.error(settings_.directory.string() +
               " was moved or removed while the service ran, and uploads are refused until it is "
               "there again: " +
               why);
}

IncomingFile Store::begin(const Request& request) {
    auto folder = this->folder();
    if (sweepIsDue()) sweeper_.sweep(folder->workspace(), space_, Sweeper::Foreign::LeaveUnnamed);
    const auto name = nameOf(request.filename);
    const auto most = settings_.maxFileSize.value;
    if (most != 0 && request.fileSize > most) {
        throw Refusal(RefusalCode::TooLarge,
                      "files of more than " + std::to_string(most) + " bytes are not taken");
    }
    const auto target = destination(*folder);
    // Before the name is locked, so that what is refused keeps nobody out, and after.
    checkDestination(target, name);
    auto part = Part::lock(folder->workspace(), name);
    if (!part) throw Refusal(RefusalCode::Busy, "somebody else sends this file right now");
    checkDestination(target, name);
    if (request.offset) checkResume(request, *part);

    const bool goesOn = request.offset && part->state();
    const auto stored = part->size();
    part->promise(request.fileSize);
    auto promise = space_.reserve(name, {request.fileSize, stored, goesOn ? stored : 0});
    if (goesOn) {
        part->resume(request.sha256);
    } else {
        part->restart({.fileSize = request.fileSize, .sha256 = request.sha256, .boot = {}});
    }
    return {std::move(folder), *std::move(part), space_, std::move(promise), target};
}

std::optional<Claim> Store::claim(const Request& request) {
    const auto folder = this->folder();
    const auto& workspace = folder->workspace();
    const auto name = nameOf(request.filename);
    const auto seen = StateFile::look(workspace.states, name);
    if (!seen.locked || !seen.state || !isSameFile(request, *seen.state)) return std::nullopt;
    if (request.offset && request.offset != trustedSize(seen.state, workspace.parts.find(name))) {
        return std::nullopt;
    }
    return Claim::make(workspace.states, name);
}

FileStatus Store::status(const std::string& filename) {
    const auto folder = this->folder();
    const auto name = nameOf(filename);
    const auto part = unfinished(folder->workspace(), name);
    const auto entry = folder->published().find(name);
    if (entry && !S_ISREG(entry->st_mode)) checkDestination(destination(*folder), name);
    if (entry && !(settings_.overwrite && part)) {
        const auto size = static_cast<std::uint64_t>(entry->st_size);
        // Who is told so may remove what they have, and the one that published it may have died.
        folder->published().sync();
        return {.name = name, .complete = true, .offset = size, .fileSize = size};
    }
    return part.value_or(FileStatus{.name = name, .fileSize = {}});
}

void Store::settle() {
    const auto folder = knownFolder();
    const auto& workspace = folder->workspace();
    const auto names = workspace.parts.names();
    if (names.empty()) return;
    for (const auto& name : names) {
        try {
            auto part = Part::lock(workspace, name);
            if (part && part->state()) part->settle();
        } catch (const std::system_error& error) {
            log_.warning(error.what());
        }
    }
    workspace.states.sync();
    workspace.root.sync();
    folder->published().sync();
}

std::string Store::nameOf(const std::string& filename) const {
    return checkedName(filename,
                       settings_.stripDirectories ? Directories::Strip : Directories::Refuse);
}

Destination Store::destination(const Folder& folder) const {
    return {folder.published(),
            settings_.overwrite ? Directory::Existing::Replace : Directory::Existing::Keep,
            settings_.mode.bits};
}

bool Store::sweepIsDue() {
    const auto now = std::chrono::steady_clock::now();
    const detail::Lock lock(sweepMutex_);
    if (now - lastSweep_ < std::min(kSweepInterval, settings_.partialTtl)) return false;
    lastSweep_ = now;
    return true;
}

}  // namespace berth::upload
