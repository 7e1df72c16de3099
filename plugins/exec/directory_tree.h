// plugins/exec/directory_tree.h - the folder that clients cannot leave.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "exec/request_error.h"
#include "exec/unique_fd.h"

namespace berth::exec {

// Looks paths up beneath one directory. The kernel refuses each step out of it (openat2 with
// RESOLVE_BENEATH), by `..` or by a link; links that stay inside are followed.
//
// Threads: any.
class DirectoryTree {
public:
    // Throws: std::system_error when the directory cannot be opened.
    explicit DirectoryTree(const std::filesystem::path& root);

    // Opens a directory (O_PATH). `path` starts at the root and has no leading slash.
    [[nodiscard]] std::variant<UniqueFd, RequestError> openDirectory(const std::string& path) const;

    // The path of an open directory from the root, without links: "a/b", empty for the root.
    // Nothing when it was moved out of the tree meanwhile.
    [[nodiscard]] std::optional<std::string> pathOf(const UniqueFd& directory) const;

    // Why a program may not be given this path, which starts at the root; nothing when it may.
    // The last component may be missing, so that a command can make it.
    [[nodiscard]] std::optional<RequestError> problemWith(const std::string& path) const;

private:
    [[nodiscard]] UniqueFd open(const std::string& path, int flags) const;

    UniqueFd root_;
};

}  // namespace berth::exec
