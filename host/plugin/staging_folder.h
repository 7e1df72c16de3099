// host/plugin/staging_folder.h - where plugin files are copied before they are loaded.
#pragma once

#include <filesystem>

#include "host/plugin/staged_file.h"

namespace berth::host {

// The folder of the copies, readable by this user alone. Each is named LABEL@PID-UNIQUE.so.
//
// Threads:  stage() may be called from any thread.
// Lifetime: staged files may outlive the object, but not a temporary folder.
class StagingFolder {
public:
    // Makes the folder where it is missing, and removes copies that a dead process left behind.
    // Throws: PluginError when the folder belongs to somebody else, cannot be made, or is on a file
    // system from which no code can be loaded.
    explicit StagingFolder(const std::filesystem::path& folder);
    // A new folder, removed with the object: to check a configuration without touching the state of
    // a running host. It lies on the file system of `state`, so that a check meets what the host
    // would; without `state`, or where this user may make none there, where temporary files are and
    // code may be loaded from. Throws: PluginError.
    [[nodiscard]] static StagingFolder temporary(const std::filesystem::path& state = {});
    StagingFolder(StagingFolder&& other) noexcept;
    StagingFolder& operator=(StagingFolder&&) = delete;
    StagingFolder(const StagingFolder&) = delete;
    StagingFolder& operator=(const StagingFolder&) = delete;
    ~StagingFolder();

    // Copies the file as a whole.
    // Throws: PluginError, also when the file changes in the meantime.
    [[nodiscard]] StagedFile stage(const std::filesystem::path& source) const;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return folder_; }

private:
    std::filesystem::path folder_;
    bool temporary_ = false;
};

}  // namespace berth::host
