// plugins/upload/directory.h - an open directory whose files are reached by one name at a time.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "berth/unique_fd.h"

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

    // Where it was when it was opened, for messages.
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    // Whether the path, or the name beneath `parent`, still leads to this directory.
    [[nodiscard]] bool isAt(const std::filesystem::path& path) const;
    [[nodiscard]] bool isIn(const Directory& parent, const std::string& name) const;

    // A regular file. Empty when there is none of that name, and it is not to be made. Waits for
    // nobody at the other end of a FIFO or device.
    // Throws: std::system_error also for what is no regular file.
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
    Directory(UniqueFd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

    [[nodiscard]] bool isThis(const struct stat& entry) const;
    [[nodiscard]] std::string pathOf(const std::string& name) const { return path_ + "/" + name; }

    UniqueFd fd_;
    std::string path_;
};

}  // namespace berth::upload
