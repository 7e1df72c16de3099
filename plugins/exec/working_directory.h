// plugins/exec/working_directory.h - where one client is in the tree, as `cd` and `pwd` see it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "exec/directory_tree.h"
#include "exec/request_error.h"
#include "exec/unique_fd.h"

namespace berth::exec {

// Clients see the tree's directory as `/`. Only the path is kept, no descriptor; it is looked up
// again, beneath the tree, each time it is used. All but shown() ask the disk: call them through
// Context::blocking().
//
// Lifetime: borrows the tree.
class WorkingDirectory {
public:
    explicit WorkingDirectory(const DirectoryTree& tree) noexcept : tree_(tree) {}

    // Goes to `path`, which starts here or, with a slash in front, at the tree's directory.
    [[nodiscard]] std::optional<RequestError> change(std::string_view path);

    // Where it is, such as "/" or "/a/b".
    [[nodiscard]] std::string shown() const { return '/' + path_; }

    // The directory itself, for a child to start in.
    [[nodiscard]] std::variant<UniqueFd, RequestError> open() const;

    // The path that a program started here gets for what a client wrote: always relative, never
    // out of the tree, never to be taken for an option.
    [[nodiscard]] std::variant<std::string, RequestError> resolve(const std::string& path) const;

private:
    [[nodiscard]] std::string fromRoot(std::string_view path) const;

    const DirectoryTree& tree_;
    std::string path_;  // from the tree's directory, without links; empty there
};

}  // namespace berth::exec
