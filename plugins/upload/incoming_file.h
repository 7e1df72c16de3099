// plugins/upload/incoming_file.h - one file on its way in: its part, and the room promised to it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "upload/directory.h"
#include "upload/folder.h"
#include "upload/part.h"
#include "upload/request.h"
#include "upload/space.h"

namespace berth::upload {

// Where finished files go and how.
//
// Lifetime: borrows the directory.
struct Destination {
    const Directory& directory;
    Directory::Existing existing;
    mode_t mode;
};

// What was written stays resumable when the object goes before publish().
//
// Threads:  one at a time.
// Lifetime: borrows the Space; keeps the folder that it is written in.
// Throws:   std::system_error.
class IncomingFile {
public:
    IncomingFile(std::shared_ptr<const Folder> folder, Part part, Space& space,
                 Space::Promise promise, Destination destination);
    IncomingFile(IncomingFile&&) noexcept = default;
    IncomingFile& operator=(IncomingFile&&) = delete;
    ~IncomingFile();

    [[nodiscard]] const std::string& name() const noexcept { return part_.name(); }
    [[nodiscard]] std::uint64_t fileSize() const noexcept { return part_.state()->fileSize; }
    // The digest that the client told of the whole file; empty when it told none.
    [[nodiscard]] const std::string& expectedDigest() const noexcept {
        return part_.state()->sha256;
    }
    [[nodiscard]] std::uint64_t received() const noexcept { return received_; }
    [[nodiscard]] std::uint64_t remaining() const noexcept { return fileSize() - received_; }

    // Another connection asked for the file.
    [[nodiscard]] bool isClaimed() const { return part_.isClaimed(); }

    // Write to the descriptor's position, then call wrote(), which asks the disk.
    // Throws: Refusal (no-space) when too little is left on the file system.
    [[nodiscard]] int descriptor() const noexcept { return part_.descriptor(); }
    void wrote(std::uint64_t bytes);

    // Requires: remaining() is 0.
    // Throws: Refusal (exists) when the name was taken meanwhile, and (folder-gone) when the
    // service's folder is another one by now; the part stays. What cannot be synced does not.
    void publish();
    // Removes what was received.
    void discard();

private:
    [[nodiscard]] std::uint64_t replacedSize() const;

    void requireFolder() const;
    void complete();
    void takePlace();

    std::shared_ptr<const Folder> folder_;  // before the part, which lies in it
    Part part_;
    Space* space_;
    Space::Promise promise_;
    Destination destination_;
    std::uint64_t received_;
};

// Throws: Refusal (exists) when a finished file of that name may not be put in `destination`.
void checkDestination(const Destination& destination, const std::string& name);

}  // namespace berth::upload
