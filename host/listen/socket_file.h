// host/listen/socket_file.h - the file of a Unix socket: making room for it, who may open it, and
// its end.
#pragma once

#include <atomic>
#include <filesystem>

#include "berth/detail/unix_name.h"
#include "berth/file_mode.h"
#include "host/base/unique_fd.h"
#include "host/listen/socket_owner.h"
#include "host/net/listen_address.h"

namespace berth::host {

// Throws: ListenError when this process may not give a file to `owner`.
void requireGrantable(const SocketOwner& owner);

// Keeps other hosts from clearing the way of a path at the same time: two that found one dead
// socket would take the path from each other. A folder that cannot be locked in a second is used
// without, as any other program would.
class FolderLock {
public:
    explicit FolderLock(const std::filesystem::path& folder);

private:
    UniqueFd folder_;
};

// Removes the socket of a process that died, if it is this user's or `owner`'s; nothing else. The
// lock is that of its folder. Throws: ListenError when something else is at the address.
void clearWay(const ListenAddress& address, const detail::UnixName& name, const SocketOwner& owner,
              const FolderLock& lock);

// The file of a socket that this process has bound. Holds on to the file, so that one which takes
// its place is never mistaken for it.
//
// Threads: leave() from any; the rest from one at a time.
class SocketFile {
public:
    // Of an address without a file.
    SocketFile() = default;
    // Of what lies there now. Throws: std::system_error when it cannot be held on to.
    explicit SocketFile(const std::filesystem::path& path);
    SocketFile(const SocketFile&) = delete;
    SocketFile& operator=(const SocketFile&) = delete;
    // Removes the file.
    ~SocketFile();

    // Nothing when another file is there by now. Throws: std::system_error.
    void grant(FileMode mode, const SocketOwner& owner) const;
    // It is another process's from here on: it is not removed.
    void leave() noexcept { left_ = true; }

private:
    // Throws: std::system_error when that cannot be seen.
    [[nodiscard]] bool isInPlace() const;

    std::filesystem::path path_;
    UniqueFd file_;
    std::atomic<bool> left_{false};
};

}  // namespace berth::host
