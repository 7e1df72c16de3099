// host/base/owned_path.h - folders and files that nobody else may put in place or change.
#pragma once

#include <filesystem>
#include <stdexcept>

#include "host/base/unique_fd.h"

namespace berth::host {

// `PATH: what is wrong with it; what to do`.
class PathError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
    PathError(const std::filesystem::path& path, const std::string& what, int error);
};

// Makes what is missing of the folders on the way, with mode 0700 whatever the umask is.
// Throws: PathError.
void makeFolders(const std::filesystem::path& folder);

// The folder for what only this user may write, made where it is missing. A link to it is followed.
// Throws: PathError, also when it belongs to another user, or group or others may write to it.
void makePrivateFolder(const std::filesystem::path& folder);

// A folder in which a file of this process is safe: it is this user's or root's, and nobody else
// may take a file out of it, as group or others may where they can write and it is not sticky.
// Throws: PathError.
[[nodiscard]] UniqueFd openSafeFolder(const std::filesystem::path& folder);

}  // namespace berth::host
