// plugins/upload/incoming_file.cpp
#include "upload/incoming_file.h"

#include <exception>
#include <system_error>
#include <utility>

#include "berth/detail/require.h"
#include "upload/refusal.h"
#include "upload/system_call.h"

namespace berth::upload {

void checkDestination(const Destination& destination, const std::string& name) {
    const auto entry = destination.directory.find(name);
    if (!entry) return;
    if (!S_ISREG(entry->st_mode)) {
        throw Refusal(RefusalCode::Exists, "the name is taken by something that is no file");
    }
    if (destination.existing == Directory::Existing::Keep) {
        throw Refusal(RefusalCode::Exists, "there is a file of that name");
    }
}

IncomingFile::IncomingFile(std::shared_ptr<const Folder> folder, Part part, Space& space,
                           Space::Promise promise, Destination destination)
    : folder_(std::move(folder)),
      part_(std::move(part)),
      space_(&space),
      promise_(std::move(promise)),
      destination_(destination),
      received_(part_.size()) {}

IncomingFile::~IncomingFile() {
    if (!part_.state()) return;
    try {
        promise_.settle(part_.size());
    } catch (const std::exception&) {
        // The promise settles itself for what it knows of.
        return;
    }
}

void IncomingFile::wrote(std::uint64_t bytes) {
    received_ += bytes;
    promise_.wrote(bytes);
}

std::uint64_t IncomingFile::replacedSize() const {
    const auto entry = destination_.directory.find(name());
    return entry ? static_cast<std::uint64_t>(entry->st_size) : 0;
}

void IncomingFile::requireFolder() const {
    if (folder_->isStillThere()) return;
    throw Refusal(RefusalCode::FolderGone,
                  "the service's folder was replaced while the file came; send it again");
}

// Bytes that could not be synced may be lost though they can still be read: they are given up.
void IncomingFile::complete() try {
    part_.complete(destination_.mode);
} catch (const std::system_error&) {
    discard();
    throw;
}

void IncomingFile::publish() {
    BERTH_REQUIRE(remaining() == 0);
    requireFolder();
    complete();
    takePlace();
    destination_.directory.sync();
    // Where nobody will look for it, it is not published.
    requireFolder();
}

void IncomingFile::takePlace() {
    auto change = space_->change();
    checkDestination(destination_, name());
    const auto replaced = replacedSize();
    const auto size = fileSize();
    if (!part_.publish(destination_.directory, destination_.existing)) {
        throw Refusal(RefusalCode::Exists, "another file took that name meanwhile");
    }
    promise_.settle(size);
    change.removed(replaced);
}

void IncomingFile::discard() {
    const auto change = space_->change();
    part_.remove();
    promise_.settle(0);
}

}  // namespace berth::upload
