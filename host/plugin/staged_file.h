// host/plugin/staged_file.h - a private copy of a plugin file, which nobody overwrites while it is
// loaded.
#pragma once

#include <filesystem>
#include <string_view>

#include "host/base/unique_fd.h"
#include "host/plugin/file_identity.h"

namespace berth::host {

// In names of copies: what stands before it is the label.
inline constexpr char kLabelEnd = '@';

// A copy of a plugin file under a path of its own, removed when destroyed. It is locked with
// flock(2) as long as this object lives: that is how another process knows it is in use.
class StagedFile {
public:
    // Takes over a file that StagingFolder made and that it locks.
    StagedFile(std::filesystem::path path, UniqueFd file, FileIdentity source) noexcept;
    StagedFile(StagedFile&& other) noexcept;
    StagedFile& operator=(StagedFile&& other) noexcept;
    StagedFile(const StagedFile&) = delete;
    StagedFile& operator=(const StagedFile&) = delete;
    ~StagedFile();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] const UniqueFd& file() const noexcept { return file_; }
    // Of the file that was copied, as it was at that time.
    [[nodiscard]] const FileIdentity& source() const noexcept { return source_; }

    // Puts `label` in the place of the label in the file's name. Throws: PluginError.
    void relabel(std::string_view label);

private:
    void remove() noexcept;

    std::filesystem::path path_;
    UniqueFd file_;
    FileIdentity source_;
};

}  // namespace berth::host
