// plugins/exec/directory_tree.h - the folder that clients cannot leave.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>

#include "berth/unique_fd.h"
#include "exec/request_error.h"

namespace berth::exec {

// Looks paths up beneath one opened directory. The kernel refuses each step out of it (openat2
// with RESOLVE_BENEATH), by `..` or by a link; links that stay inside are followed. What a name
// that begins with `.berth-` leads to is the host's own and out of reach.
//
// Threads: any.
class DirectoryTree {
public:
    // Throws: std::system_error when the directory cannot be opened.
    explicit DirectoryTree(const std::filesystem::path& root);

    [[nodiscard]] const UniqueFd& root() const noexcept { return root_; }

    // Opens what `path` leads to from `from`, a directory of the tree, or from the root when the
    // path begins with a slash. As open(2) with O_PATH and `flags`.
    [[nodiscard]] std::variant<UniqueFd, RequestError> open(const UniqueFd& from,
                                                            std::string_view path, int flags) const;

    // Where an open file is now, from the root and without links: "a/b", empty for the root.
    // An error when it was removed or moved out of the tree meanwhile.
    [[nodiscard]] std::variant<std::string, RequestError> pathOf(const UniqueFd& file) const;

private:
    UniqueFd root_;
};

// Which file a descriptor means.
struct FileIdentity {
    dev_t device = 0;
    ino_t number = 0;

    friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};
[[nodiscard]] FileIdentity identityOf(const UniqueFd& file) noexcept;

// Whether a component of the path is the host's own.
[[nodiscard]] bool isReserved(std::string_view path) noexcept;

// What a client is told of a path component that is.
[[nodiscard]] RequestError reservedError();

// What a client is told when the system refused to look a path up: `error` is an errno.
[[nodiscard]] RequestError lookupError(int error);

}  // namespace berth::exec
