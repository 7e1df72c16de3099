// plugins/exec/current_tree.cpp
#include "exec/current_tree.h"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace berth::exec {
namespace {

RequestError notThere(const std::error_code& error) {
    return {code::kUnavailable,
            "the directory of the service cannot be opened: " + error.message()};
}

}  // namespace

CurrentTree::CurrentTree(std::filesystem::path path, Log& log)
    : path_(std::move(path)), log_(log), tree_(std::make_shared<const DirectoryTree>(path_)) {}

CurrentTree::Tree CurrentTree::last() const {
    const detail::Lock lock(mutex_);
    return tree_;
}

std::variant<CurrentTree::Tree, RequestError> CurrentTree::now() {
    struct stat there {};
    if (::stat(path_.c_str(), &there) != 0) return notThere({errno, std::generic_category()});
    auto tree = last();
    if (identityOf(tree->root()) == FileIdentity{there.st_dev, there.st_ino}) return tree;
    try {
        tree = std::make_shared<const DirectoryTree>(path_);
    } catch (const std::system_error& error) {
        return notThere(error.code());
    }
    log_.warning(path_.string() + " is another directory than before; commands start in it now");
    const detail::Lock lock(mutex_);
    return tree_ = std::move(tree);
}

}  // namespace berth::exec
