// plugins/upload/directory.h - an open directory whose files are reached by one name at a time.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "upload/unique_fd.h"

namespace berth::upload {

// Every name is one component, and no symbolic link is followed: the kernel refuses to leave the
// directory (openat2 with RESOLVE_BENEATH), whatever a name or the directory contains.
//
// Threads: any.
// Throws:  std::system_error for what is no answer below.
class Directory {
public:
    // Links in the path itself are the operator's and are followed.
    explicit Directory(const std::filesystem::path& path);

    // Makes the directory when it is missing, for the owner only.
    [[nodiscard]] Directory subdirectory(const std::string& name) const;

    // Empty when there is no such file.
    [[nodiscard]] UniqueFd open(const std::string& name, int flags, mode_t mode = 0) const;
    // What the name stands for, a link itself included.
    [[nodiscard]] std::optional<struct stat> find(const std::string& name) const;
    [[nodiscard]] std::vector<std::string> names() const;

    // Nothing happens when there is no such file.
    void remove(const std::string& name) const;

    enum class Existing { Keep, Replace };
    // Gives the file a place in `target` in one step. False when the name is taken there and
    // must be kept.
    [[nodiscard]] bool move(const std::string& name, const Directory& target,
                            Existing existing) const;

    // Makes the entries themselves safe: what was moved in stays after a power failure.
    void sync() const;
    // What an unprivileged user could still write on the file system.
    [[nodiscard]] std::uint64_t freeBytes() const;

private:
    explicit Directory(UniqueFd fd) : fd_(std::move(fd)) {}

    UniqueFd fd_;
};

}  // namespace berth::upload
