// tests/inject/descriptor_kind.cpp
#include "inject/descriptor_kind.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace berth::inject {
namespace {

std::uint32_t socketKind(int descriptor) noexcept {
    int type = 0;
    socklen_t size = sizeof type;
    ::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size);
    return type == SOCK_STREAM ? kStream : kMessages;
}

}  // namespace

std::uint32_t kindOf(int descriptor, bool neverWaits) noexcept {
    struct stat status {};
    if (descriptor < 0 || ::fstat(descriptor, &status) != 0) return 0;
    const auto kind = [&]() -> std::uint32_t {
        if (S_ISREG(status.st_mode)) return kRegular;
        if (S_ISDIR(status.st_mode)) return kFolder;
        if (S_ISFIFO(status.st_mode)) return kPipe;
        if (S_ISSOCK(status.st_mode)) return socketKind(descriptor);
        return S_ISCHR(status.st_mode) ? kDevice : kOther;
    }();
    const bool nonBlocking = neverWaits || (::fcntl(descriptor, F_GETFL) & O_NONBLOCK) != 0;
    return kind | (nonBlocking ? kNonBlocking : kBlocking);
}

}  // namespace berth::inject
