// plugins/exec/current_tree.h - the service's directory, even when another one takes its place.
#pragma once

#include <filesystem>
#include <memory>
#include <variant>

#include "berth/detail/mutex.h"
#include "berth/log.h"
#include "exec/directory_tree.h"
#include "exec/request_error.h"

namespace berth::exec {

// A directory that was renamed, removed or mounted over stays what was opened, and commands would
// work where nobody looks. So each request asks whether it is still the one at its path.
//
// Threads: any.
class CurrentTree {
public:
    using Tree = std::shared_ptr<const DirectoryTree>;

    // Throws: std::system_error when the directory cannot be opened.
    CurrentTree(std::filesystem::path path, Log& log);

    // The tree as it was opened last; does not ask the disk.
    [[nodiscard]] Tree last() const;
    // The tree that is there now. An error when there is none.
    [[nodiscard]] std::variant<Tree, RequestError> now();

private:
    const std::filesystem::path path_;
    Log& log_;
    mutable detail::Mutex mutex_;
    Tree tree_ BERTH_GUARDED_BY(mutex_);
};

}  // namespace berth::exec
