// host/log/bounded_output.cpp
#include "host/log/bounded_output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string>
#include <system_error>

#include "berth/detail/uninterrupted.h"
#include "host/base/own_descriptors.h"

namespace berth::host {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kOutputTime{1000};

bool waitForRoom(int descriptor, Clock::time_point deadline) {
    pollfd ready{.fd = descriptor, .events = POLLOUT, .revents = 0};
    for (;;) {
        const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now()).count();
        const auto count = ::poll(&ready, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
        if (count > 0) return true;  // also when it broke: the write tells how
        if (count == 0 || errno != EINTR) return false;
    }
}

}  // namespace

BoundedOutput::BoundedOutput(int descriptor) noexcept : descriptor_(descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 || S_ISREG(status.st_mode)) return;
    socket_ = S_ISSOCK(status.st_mode);
    if (socket_ || (::fcntl(descriptor, F_GETFL) & O_NONBLOCK) != 0) return;
    const auto path = "/proc/self/fd/" + std::to_string(descriptor);
    ownOpening_ =
        UniqueFd(detail::openFile(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    own_descriptors::remove(ownOpening_.value());  // a child may have something to tell
    mayBlock_ = !ownOpening_;
    if (ownOpening_) descriptor_ = ownOpening_.value();
}

ssize_t BoundedOutput::writeNow(std::string_view bytes) const noexcept {
    if (socket_) {
        return ::send(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    if (!mayBlock_) return ::write(descriptor_, bytes.data(), bytes.size());
    pollfd ready{.fd = descriptor_, .events = POLLOUT, .revents = 0};
    if (::poll(&ready, 1, 0) == 0) {
        errno = EAGAIN;
        return -1;
    }
    return ::write(descriptor_, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
}

std::size_t BoundedOutput::write(std::string_view bytes, milliseconds limit) const {
    const auto deadline = Clock::now() + limit;
    std::size_t taken = 0;
    while (taken < bytes.size()) {
        const auto count = writeNow(bytes.substr(taken));
        if (count > 0) {
            taken += static_cast<std::size_t>(count);
        } else if (count < 0 && errno == EAGAIN) {
            if (!waitForRoom(descriptor_, deadline)) break;
        } else if (count == 0 || errno != EINTR) {
            if (taken == 0) throw std::system_error(errno, std::generic_category());
            break;  // the next write tells why
        }
    }
    return taken;
}

void tellStandardError(std::string_view text) noexcept try {
    static_cast<void>(BoundedOutput(STDERR_FILENO).write(std::string(text) + '\n', kOutputTime));
} catch (const std::exception&) {
    // There is nobody left to tell.
}

}  // namespace berth::host
