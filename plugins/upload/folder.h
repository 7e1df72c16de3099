// plugins/upload/folder.h - the directory of a service as it was opened, with its workspace.
#pragma once

#include <filesystem>

#include "berth/unique_fd.h"
#include "upload/directory.h"
#include "upload/workspace.h"

namespace berth::upload {

// Threads: any.
// Throws:  std::system_error.
class Folder {
public:
    explicit Folder(const std::filesystem::path& path);

    [[nodiscard]] const Directory& published() const noexcept { return published_; }
    [[nodiscard]] const Workspace& workspace() const noexcept { return workspace_; }

    // Whether the path still leads here. Somebody may rename or remove what is open; files would
    // go where nobody looks for them.
    [[nodiscard]] bool isStillThere() const;

    // Whether another service, version of this one or host has the folder open, too.
    [[nodiscard]] bool isShared() const;

private:
    const std::filesystem::path path_;
    const Directory published_;
    const Workspace workspace_;
    UniqueFd presence_;  // a file that everybody here holds a shared lock on
};

}  // namespace berth::upload
