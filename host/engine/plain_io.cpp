// host/engine/plain_io.cpp
#include "host/engine/plain_io.h"

#include <sys/socket.h>

#include <cerrno>
#include <system_error>

#include "berth/errors.h"

namespace berth::host {
namespace {

[[noreturn]] void fail(int error, const char* timeoutText) {
    if (error == EAGAIN || error == EWOULDBLOCK) throw TimedOut(timeoutText);
    throw ConnectionLost(std::generic_category().message(error));
}

}  // namespace

std::size_t receiveSome(int socket, std::span<std::byte> buffer, const char* timeoutText) {
    for (;;) {
        const auto count = ::recv(socket, buffer.data(), buffer.size(), 0);
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR) fail(errno, timeoutText);
    }
}

std::size_t sendSome(int socket, std::span<const std::byte> bytes) {
    for (;;) {
        const auto count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno == EAGAIN) return 0;
        if (errno != EINTR) fail(errno, "");
    }
}

}  // namespace berth::host
