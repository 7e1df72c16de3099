// plugins/upload/folder.cpp
#include "upload/folder.h"

#include <fcntl.h>

#include "upload/system_call.h"

namespace berth::upload {
namespace {

constexpr mode_t kPresenceMode = 0600;

struct flock wholeFile(short type) {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    return lock;
}

}  // namespace

Folder::Folder(const std::filesystem::path& path)
    : path_(path),
      published_(path),
      workspace_(published_),
      presence_(workspace_.root.open("users", O_RDWR | O_CREAT, kPresenceMode)) {
    auto mine = wholeFile(F_RDLCK);
    if (::fcntl(presence_.value(), F_OFD_SETLK, &mine) != 0) {
        throwLastError("cannot lock a file in " + workspace_.root.path());
    }
}

bool Folder::isStillThere() const {
    const auto& [root, parts, states] = workspace_;
    return published_.isAt(path_) && root.isIn(published_, ".berth-upload") &&
           parts.isIn(root, "parts") && states.isIn(root, "states");
}

bool Folder::isShared() const {
    auto others = wholeFile(F_WRLCK);
    if (::fcntl(presence_.value(), F_OFD_GETLK, &others) != 0) {
        throwLastError("cannot look at a lock in " + workspace_.root.path());
    }
    return others.l_type != F_UNLCK;
}

}  // namespace berth::upload
