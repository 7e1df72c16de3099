// plugins/exec/working_directory.h - where one client is in the tree, as `cd` and `pwd` see it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "berth/unique_fd.h"
#include "exec/current_tree.h"
#include "exec/directory_tree.h"
#include "exec/request_error.h"

namespace berth::exec {

// Clients see the tree's directory as `/`. Anywhere else the directory itself is kept open: what
// is put in its place meanwhile is never looked at. All functions ask the disk: call them through
// Context::blocking(). renew() comes first in each request.
//
// Lifetime: borrows the CurrentTree. Holds a descriptor while the client is not in `/`.
class WorkingDirectory {
public:
    explicit WorkingDirectory(CurrentTree& current) : current_(current), tree_(current.last()) {}

    // Goes on in the directory that is at the tree's path now. An error when there is none.
    [[nodiscard]] std::optional<RequestError> renew();

    // Goes to `path`, which starts here or, with a slash in front, at the tree's directory.
    [[nodiscard]] std::optional<RequestError> change(std::string_view path);

    // Where it is now, such as "/" or "/a/b"; an error when it was removed or moved away.
    [[nodiscard]] std::variant<std::string, RequestError> shown() const;

    // Why a program cannot be started here; nothing when it can.
    [[nodiscard]] std::optional<RequestError> problem() const;

    // The directory itself. Valid until the next change().
    [[nodiscard]] const UniqueFd& descriptor() const noexcept {
        return here_ ? here_ : tree_->root();
    }

    // As DirectoryTree::open, from here.
    [[nodiscard]] std::variant<UniqueFd, RequestError> open(std::string_view path, int flags) const;

    [[nodiscard]] const DirectoryTree& tree() const noexcept { return *tree_; }

private:
    CurrentTree& current_;
    CurrentTree::Tree tree_;
    UniqueFd here_;  // none in the tree's directory
};

}  // namespace berth::exec
