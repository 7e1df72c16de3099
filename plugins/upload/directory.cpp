// plugins/upload/directory.cpp
#include "upload/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string_view>

#include "berth/detail/uninterrupted.h"
#include "upload/system_call.h"

namespace berth::upload {
namespace {

constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
constexpr mode_t kDirectoryMode = 0700;

// openat2, or openat where a kernel or a sandbox has no openat2: for a single component that is
// no link the two mean the same.
int openBeneath(int directory, const char* name, int flags, mode_t mode) {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_NOFOLLOW | O_CLOEXEC);
    how.mode = (flags & O_CREAT) != 0 ? mode : 0;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    const auto fd = ::syscall(SYS_openat2, directory, name, &how, sizeof how);
    if (fd >= 0 || (errno != ENOSYS && errno != EPERM)) return static_cast<int>(fd);
    return detail::openFileAt(directory, name, flags | O_NOFOLLOW | O_CLOEXEC, mode);
}

struct DirectoryCloser {
    void operator()(DIR* stream) const noexcept { ::closedir(stream); }
};

}  // namespace

Directory::Directory(const std::filesystem::path& path)
    : fd_(detail::openFile(path.c_str(), kDirectoryFlags)), path_(path.string()) {
    if (!fd_) throwLastError("cannot open the directory " + path_);
}

Directory Directory::subdirectory(const std::string& name) const {
    if (::mkdirat(fd_.value(), name.c_str(), kDirectoryMode) != 0 && errno != EEXIST) {
        throwLastError("cannot make the directory " + pathOf(name));
    }
    UniqueFd fd(openBeneath(fd_.value(), name.c_str(), kDirectoryFlags, 0));
    if (!fd) throwLastError("cannot open the directory " + pathOf(name));
    return {std::move(fd), pathOf(name)};
}

bool Directory::isThis(const struct stat& entry) const {
    struct stat mine {};
    if (::fstat(fd_.value(), &mine) != 0) throwLastError("cannot look at " + path_);
    return mine.st_dev == entry.st_dev && mine.st_ino == entry.st_ino;
}

bool Directory::isAt(const std::filesystem::path& path) const {
    struct stat entry {};
    return ::stat(path.c_str(), &entry) == 0 && isThis(entry);
}

bool Directory::isIn(const Directory& parent, const std::string& name) const {
    const auto entry = parent.find(name);
    return entry && isThis(*entry);
}

UniqueFd Directory::open(const std::string& name, int flags, mode_t mode) const {
    UniqueFd fd(openBeneath(fd_.value(), name.c_str(), flags | O_NONBLOCK | O_NOCTTY, mode));
    if (!fd) {
        if (errno != ENOENT || (flags & O_CREAT) != 0)
            throwLastError("cannot open " + pathOf(name));
        return fd;
    }
    struct stat entry {};
    if (::fstat(fd.value(), &entry) != 0) throwLastError("cannot look at " + pathOf(name));
    if (!S_ISREG(entry.st_mode)) {
        throw std::system_error(EINVAL, std::generic_category(),
                                pathOf(name) + " is no regular file");
    }
    return fd;
}

std::optional<struct stat> Directory::find(const std::string& name) const {
    struct stat entry {};
    if (::fstatat(fd_.value(), name.c_str(), &entry, AT_SYMLINK_NOFOLLOW) == 0) return entry;
    if (errno != ENOENT) throwLastError("cannot look at " + pathOf(name));
    return std::nullopt;
}

std::vector<std::string> Directory::names() const {
    // A descriptor of its own: the position in the listing belongs to the open directory.
    UniqueFd fd(detail::openFileAt(fd_.value(), ".", kDirectoryFlags));
    if (!fd) throwLastError("cannot list " + path_);
    const std::unique_ptr<DIR, DirectoryCloser> stream(::fdopendir(fd.value()));
    if (!stream) throwLastError("cannot list " + path_);
    static_cast<void>(fd.release());
    std::vector<std::string> names;
    while (const auto* entry = ::readdir(stream.get())) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    return names;
}

void Directory::remove(const std::string& name) const {
    if (::unlinkat(fd_.value(), name.c_str(), 0) != 0 && errno != ENOENT) {
        throwLastError("cannot remove " + pathOf(name));
    }
}

bool Directory::move(const std::string& name, const Directory& target, Existing existing) const {
    const unsigned flags = existing == Existing::Keep ? RENAME_NOREPLACE : 0;
    const auto* file = name.c_str();
    if (::renameat2(fd_.value(), file, target.fd_.value(), file, flags) == 0) return true;
    if (errno == EEXIST || errno == EISDIR) return false;
    throwLastError("cannot move " + pathOf(name) + " into place");
}

void Directory::sync() const {
    if (detail::syncFile(fd_.value()) != 0) throwLastError("cannot sync " + path_);
}

std::uint64_t Directory::freeBytes() const {
    struct statvfs system {};
    if (::fstatvfs(fd_.value(), &system) != 0)
        throwLastError("cannot ask for the free space of " + path_);
    return static_cast<std::uint64_t>(system.f_bavail) * system.f_frsize;
}

}  // namespace berth::upload
