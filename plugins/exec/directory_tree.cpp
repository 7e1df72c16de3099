// plugins/exec/directory_tree.cpp
#include "exec/directory_tree.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace berth::exec {
namespace {

// The kernel answers EAGAIN when the tree is changed during a look-up.
constexpr int kAttempts = 16;

UniqueFd openBeneath(int root, const std::string& path, int flags) {
    open_how how{};
    how.flags = static_cast<unsigned>(O_PATH | O_CLOEXEC | flags);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    const char* name = path.empty() ? "." : path.c_str();
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        const auto fd = ::syscall(SYS_openat2, root, name, &how, sizeof how);
        if (fd >= 0) return UniqueFd(static_cast<int>(fd));
        if (errno != EAGAIN && errno != EINTR) break;
    }
    return UniqueFd();
}

RequestError lookupError(int error) {
    switch (error) {
        case EXDEV:
            return {code::kForbidden, "the path leads out of the directory"};
        case ELOOP:
            return {code::kForbidden, "the path has too many links"};
        case EACCES:
        case EPERM:
            return {code::kForbidden, "the host may not enter this path"};
        case ENOENT:
            return {code::kNotFound, "there is no such file or directory"};
        case ENOTDIR:
            return {code::kNotFound, "the path is not a directory"};
        default:
            return {code::kNotFound, std::generic_category().message(error)};
    }
}

std::string withoutTrailingSlashes(std::string path) {
    while (path.ends_with('/')) path.pop_back();
    return path;
}

std::optional<std::string> realPath(const UniqueFd& descriptor) {
    std::error_code error;
    const auto link =
        std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor.value()), error);
    if (error) return std::nullopt;
    return link.string();
}

}  // namespace

DirectoryTree::DirectoryTree(const std::filesystem::path& root)
    : root_(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    if (!root_) throw std::system_error(errno, std::generic_category(), root.string());
    if (!open("", O_DIRECTORY)) {
        throw std::system_error(errno, std::generic_category(),
                                root.string() + ": openat2 (it needs Linux 5.6 or newer)");
    }
}

UniqueFd DirectoryTree::open(const std::string& path, int flags) const {
    return openBeneath(root_.value(), path, flags);
}

std::variant<UniqueFd, RequestError> DirectoryTree::openDirectory(const std::string& path) const {
    auto directory = open(path, O_DIRECTORY);
    if (!directory) return lookupError(errno);
    return directory;
}

std::optional<std::string> DirectoryTree::pathOf(const UniqueFd& directory) const {
    const auto root = realPath(root_);
    auto path = realPath(directory);
    if (!root || !path) return std::nullopt;
    if (*path == *root) return std::string();
    const auto prefix = *root == "/" ? *root : *root + '/';
    if (!path->starts_with(prefix)) return std::nullopt;
    return path->substr(prefix.size());
}

std::optional<RequestError> DirectoryTree::problemWith(const std::string& path) const {
    if (open(path, 0)) return std::nullopt;
    if (errno != ENOENT) return lookupError(errno);
    // A missing file is fine where one can be made: in a directory of the tree, and not through
    // a link, which may point anywhere.
    const auto file = withoutTrailingSlashes(path);
    const auto slash = file.rfind('/');
    const auto name = file.substr(slash == std::string::npos ? 0 : slash + 1);
    const auto parent = open(slash == std::string::npos ? "" : file.substr(0, slash), O_DIRECTORY);
    if (!parent) return lookupError(errno);
    struct stat status {};
    if (::fstatat(parent.value(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
        return RequestError{code::kForbidden, "the path is a link that leads nowhere"};
    }
    return std::nullopt;
}

}  // namespace berth::exec
