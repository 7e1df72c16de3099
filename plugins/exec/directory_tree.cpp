// plugins/exec/directory_tree.cpp
#include "exec/directory_tree.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>

#include "berth/detail/uninterrupted.h"

namespace berth::exec {
namespace {

// The kernel answers EAGAIN when the tree is changed during a look-up.
constexpr int kAttempts = 16;
constexpr std::string_view kReservedPrefix = ".berth-";

// Nothing, with errno, when it cannot be opened.
UniqueFd openBeneath(const UniqueFd& from, const std::string& path, int flags) {
    open_how how{};
    how.flags = static_cast<unsigned>(O_PATH | O_CLOEXEC | flags);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    const char* name = path.empty() ? "." : path.c_str();
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        const auto fd = ::syscall(SYS_openat2, from.value(), name, &how, sizeof how);
        if (fd >= 0) return UniqueFd(static_cast<int>(fd));
        if (errno != EAGAIN && errno != EINTR) break;
    }
    return UniqueFd();
}

std::variant<std::string, int> nameInProc(const UniqueFd& file) {
    std::error_code error;
    const auto link =
        std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(file.value()), error);
    if (error) return error.value();
    return link.string();
}

// The path below `root`, when it is one.
std::optional<std::string> below(const std::string& root, const std::string& path) {
    if (path == root) return std::string();
    const auto prefix = root == "/" ? root : root + '/';
    if (!path.starts_with(prefix)) return std::nullopt;
    return path.substr(prefix.size());
}

bool isRemoved(const UniqueFd& file) {
    struct stat status {};
    return ::fstat(file.value(), &status) == 0 && status.st_nlink == 0;
}

}  // namespace

DirectoryTree::DirectoryTree(const std::filesystem::path& root)
    : root_(detail::openFile(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    if (!root_) throw std::system_error(errno, std::generic_category(), root.string());
    if (!openBeneath(root_, "", O_DIRECTORY)) {
        throw std::system_error(errno, std::generic_category(),
                                root.string() + ": openat2 (it needs Linux 5.6 or newer)");
    }
}

std::variant<UniqueFd, RequestError> DirectoryTree::open(const UniqueFd& from,
                                                         std::string_view path, int flags) const {
    if (isReserved(path)) return reservedError();
    const bool fromRoot = path.starts_with('/') || from.value() == root_.value();
    const auto start = path.find_first_not_of('/');
    const std::string relative(start == std::string_view::npos ? "" : path.substr(start));
    auto opened = openBeneath(fromRoot ? root_ : from, relative, flags);
    if (!opened && errno == EXDEV && !fromRoot) {
        // It leads above `from`, which may well be in the tree. Only now a path of text is made,
        // of where `from` is at this moment; whatever is put there meanwhile cannot lead out.
        auto place = pathOf(from);
        if (auto* error = std::get_if<RequestError>(&place)) return std::move(*error);
        opened = openBeneath(root_, std::get<std::string>(place) + '/' + relative, flags);
    }
    if (!opened) return lookupError(errno);
    auto place = pathOf(opened);
    if (auto* error = std::get_if<RequestError>(&place)) return std::move(*error);
    if (isReserved(std::get<std::string>(place))) return reservedError();
    return opened;
}

std::variant<std::string, RequestError> DirectoryTree::pathOf(const UniqueFd& file) const {
    if (file.value() == root_.value()) return std::string();
    const auto root = nameInProc(root_);
    const auto path = nameInProc(file);
    for (const auto* each : {&root, &path}) {
        const auto* error = std::get_if<int>(each);
        if (error == nullptr) continue;
        return RequestError{code::kUnavailable, "cannot ask /proc where the path is: " +
                                                    std::generic_category().message(*error)};
    }
    if (isRemoved(file)) return lookupError(ENOENT);
    if (auto inside = below(std::get<std::string>(root), std::get<std::string>(path))) {
        return *std::move(inside);
    }
    return lookupError(EXDEV);
}

FileIdentity identityOf(const UniqueFd& file) noexcept {
    struct stat status {};
    ::fstat(file.value(), &status);  // fails for no open file
    return {status.st_dev, status.st_ino};
}

bool isReserved(std::string_view path) noexcept {
    while (!path.empty()) {
        if (path.starts_with(kReservedPrefix)) return true;
        path.remove_prefix(std::min(path.find('/'), path.size()));
        path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    }
    return false;
}

RequestError reservedError() {
    return {code::kForbidden,
            "names that begin with " + std::string(kReservedPrefix) + " are the host's own"};
}

RequestError lookupError(int error) {
    switch (error) {
        case EXDEV:
            return {code::kForbidden, "the path leads out of the directory"};
        case ELOOP:
            return {code::kForbidden, "the path has too many links"};
        case EACCES:
        case EPERM:
            return {code::kForbidden, "this path may not be entered"};
        case ENOENT:
            return {code::kNotFound, "there is no such file or directory"};
        case ENOTDIR:
            return {code::kNotFound, "the path is not a directory"};
        case ENAMETOOLONG:
            return {code::kNotFound, "the path or a name in it is too long"};
        default:
            return {code::kUnavailable,
                    "cannot look the path up: " + std::generic_category().message(error)};
    }
}

}  // namespace berth::exec
