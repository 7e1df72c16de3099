// plugins/upload/store.h - the directory of one service: what is there, and what may come.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "berth/detail/mutex.h"
#include "berth/log.h"
#include "upload/folder.h"
#include "upload/incoming_file.h"
#include "upload/request.h"
#include "upload/settings.h"
#include "upload/space.h"
#include "upload/state_file.h"
#include "upload/sweeper.h"

namespace berth::upload {

// What is known of a name.
struct FileStatus {
    std::string name;
    bool complete = false;
    std::uint64_t offset = 0;               // bytes stored: where to go on
    std::optional<std::uint64_t> fileSize;  // nothing when nothing is stored
    bool busy = false;                      // somebody sends it right now
};

// Threads:  any. Every function waits for the disk: call through Context::blocking().
// Lifetime: borrows the log.
// Throws:   Refusal; std::system_error. Refusal (folder-gone) when the directory is not there any
//           more; one that was put in its place is used.
class Store {
public:
    // Removes expired parts, and tells the log what it does not know and leaves alone.
    // Throws: std::system_error when the directory cannot be used.
    Store(const Settings& settings, Log& log);
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    // Locks the name, promises the room, and opens the file where the client goes on.
    // Throws: Refusal (busy) when somebody else has the name.
    [[nodiscard]] IncomingFile begin(const Request& request);
    // After `busy`: the wish to go on with the file that somebody else has. Nothing when it is
    // another file than the request's, or somebody else wishes so.
    [[nodiscard]] std::optional<Claim> claim(const Request& request);
    [[nodiscard]] FileStatus status(const std::string& filename);

    // Makes what is unfinished outlast a power failure. For the end of a service.
    void settle();

private:
    using FolderPtr = std::shared_ptr<const Folder>;

    [[nodiscard]] FolderPtr folder();
    [[nodiscard]] FolderPtr knownFolder() const;
    void useFolder(const FolderPtr& known, FolderPtr made);
    void tellThatFolderIsGone(const std::string& why);

    [[nodiscard]] std::string nameOf(const std::string& filename) const;
    [[nodiscard]] Destination destination(const Folder& folder) const;
    [[nodiscard]] bool sweepIsDue();

    const Settings settings_;
    Log& log_;
    Sweeper sweeper_;

    mutable detail::Mutex folderMutex_;
    FolderPtr folder_ BERTH_GUARDED_BY(folderMutex_);
    bool gone_ BERTH_GUARDED_BY(folderMutex_) = false;  // and the log was told so

    Space space_;

    detail::Mutex sweepMutex_;
    std::chrono::steady_clock::time_point lastSweep_ BERTH_GUARDED_BY(sweepMutex_);
};

}  // namespace berth::upload
