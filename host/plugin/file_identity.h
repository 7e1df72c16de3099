// host/plugin/file_identity.h - tells whether a file is still the one that was read.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <optional>

namespace berth::host {

// Equal for one file that was neither replaced nor written to in between.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t modifiedSeconds = 0;
    std::int64_t modifiedNanoseconds = 0;

    bool operator==(const FileIdentity&) const = default;
};

[[nodiscard]] FileIdentity identityOf(const struct stat& status) noexcept;

// Nothing when the file cannot be looked at.
[[nodiscard]] std::optional<FileIdentity> identityOf(const std::filesystem::path& path) noexcept;

}  // namespace berth::host
