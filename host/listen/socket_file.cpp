// host/listen/socket_file.cpp
#include "host/listen/socket_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <tuple>
#include <vector>

#include "berth/detail/uninterrupted.h"
#include "host/listen/listen_error.h"

namespace berth::host {
namespace {

constexpr std::chrono::seconds kLockTime{1};
constexpr std::chrono::milliseconds kLockPause{2};
constexpr uid_t kKeepUser = static_cast<uid_t>(-1);
constexpr gid_t kKeepGroup = static_cast<gid_t>(-1);

[[noreturn]] void refuse(const ListenAddress& address, const std::string& why) {
    throw ListenError("cannot listen on " + toString(address) + ": " + why);
}

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

// Nothing, and errno, when there is none.
std::optional<struct stat> lookAt(const std::filesystem::path& path) noexcept {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) return std::nullopt;
    return found;
}

auto identity(const struct stat& file) noexcept {
    return std::tuple(file.st_dev, file.st_ino);
}

// What connecting came to: 0 or EAGAIN when somebody accepts there, ECONNREFUSED when nobody has
// the socket any more.
int connectError(const detail::UnixName& name) noexcept {
    const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!probe) return errno;
    return ::connect(probe.value(), name.raw(), name.length) == 0 ? 0 : errno;
}

bool isOwnGroup(gid_t group) {
    std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
    ::getgroups(static_cast<int>(groups.size()), groups.data());
    return group == ::getegid() || std::ranges::find(groups, group) != groups.end();
}

void requireDead(const ListenAddress& address, int error) {
    switch (error) {
        case ECONNREFUSED:
            return;
        case 0:
        case EAGAIN:
            refuse(address, std::generic_category().message(EADDRINUSE) +
                                "; another process, or another service, listens there");
        case EPROTOTYPE:
            refuse(address, "a process uses it as a socket of another type; choose another path");
        default:
            refuse(address, "a socket is there, and whether it is in use cannot be seen: " +
                                std::generic_category().message(error));
    }
}

}  // namespace

void requireGrantable(const SocketOwner& owner) {
    if (::geteuid() == 0) return;
    const bool ownUser = !owner.user || *owner.user == ::geteuid();
    if (ownUser && (!owner.group || isOwnGroup(*owner.group))) return;
    throw ListenError("socket_owner = " + owner.text +
                      ": only root can give a socket to another user, or to a group that it is not "
                      "in; leave it out, or start as root");
}

FolderLock::FolderLock(const std::filesystem::path& folder)
    : folder_(detail::openFile(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    const auto deadline = std::chrono::steady_clock::now() + kLockTime;
    while (folder_ && detail::lockFile(folder_.value(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK || std::chrono::steady_clock::now() > deadline) return;
        std::this_thread::sleep_for(kLockPause);
    }
}

void clearWay(const ListenAddress& address, const detail::UnixName& name, const SocketOwner& owner,
              const FolderLock&) {
    const auto found = lookAt(address.path);
    if (!found && errno == ENOENT) return;
    if (!found) refuse(address, std::generic_category().message(errno));
    if (!S_ISSOCK(found->st_mode)) {
        refuse(address, "the file is there and is no socket; remove it or choose another path");
    }
    const int error = connectError(name);
    if (error == ENOENT) return;
    requireDead(address, error);
    if (found->st_uid != ::geteuid() && found->st_uid != owner.user) {
        refuse(address, "the socket there is of uid " + std::to_string(found->st_uid) +
                            ", who no longer listens; remove it or choose another path");
    }
    const auto now = lookAt(address.path);
    if (now && identity(*now) == identity(*found) && ::unlink(address.path.c_str()) != 0 &&
        errno != ENOENT) {
        refuse(address, "the socket there belongs to nobody, and cannot be removed: " +
                            std::generic_category().message(errno));
    }
}

SocketFile::SocketFile(const std::filesystem::path& path)
    : path_(path), file_(detail::openFile(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)) {
    if (!file_ && errno != ENOENT) fail("its file cannot be opened");
}

SocketFile::~SocketFile() {
    try {
        if (!left_ && isInPlace()) ::unlink(path_.c_str());
    } catch (const std::system_error&) {
        // It stays: the next one at the address finds it dead, and removes it.
    }
}

bool SocketFile::isInPlace() const {
    if (!file_) return false;
    struct stat mine {};
    if (::fstat(file_.value(), &mine) != 0) fail("its file cannot be looked at");
    if (!S_ISSOCK(mine.st_mode)) return false;
    const auto found = lookAt(path_);
    if (!found && errno != ENOENT) fail("its file cannot be looked at");
    return found && identity(*found) == identity(mine);
}

void SocketFile::grant(FileMode mode, const SocketOwner& owner) const {
    if (!isInPlace()) return;
    const auto user = owner.user.value_or(kKeepUser);
    const auto group = owner.group.value_or(kKeepGroup);
    if ((owner.user || owner.group) &&
        ::fchownat(file_.value(), "", user, group, AT_EMPTY_PATH) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot give it to " + owner.text);
    }
    // Through the descriptor: the path could have become a link to something else meanwhile. A
    // system without /proc has the path only.
    const auto self = "/proc/self/fd/" + std::to_string(file_.value());
    if (::chmod(self.c_str(), mode.bits) != 0 &&
        (errno != ENOENT || ::chmod(path_.c_str(), mode.bits) != 0)) {
        throw std::system_error(errno, std::generic_category(), "cannot set its mode");
    }
}

}  // namespace berth::host
