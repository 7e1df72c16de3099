// host/listen/socket_name.cpp
#include "host/listen/socket_name.h"

#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <system_error>

#include "berth/detail/require.h"

namespace berth::host {

SocketName::SocketName() noexcept {
    storage_.ss_family = AF_UNIX;
}

SocketName::SocketName(const sockaddr* raw, socklen_t length) noexcept : length_(length) {
    BERTH_REQUIRE(length <= sizeof storage_);
    std::memcpy(&storage_, raw, length);
}

SocketName::SocketName(const Poco::Net::SocketAddress& ip) : SocketName(ip.addr(), ip.length()) {}

SocketName SocketName::ofLocal(int socket) {
    SocketName name;
    name.length_ = sizeof name.storage_;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&name.storage_), &name.length_) != 0) {
        throw std::system_error(errno, std::generic_category(), "getsockname");
    }
    return name;
}

std::string SocketName::unixName() const {
    BERTH_REQUIRE(isUnix());
    constexpr auto kStart = offsetof(sockaddr_un, sun_path);
    if (length_ <= kStart) return {};
    const auto* const path = reinterpret_cast<const sockaddr_un&>(storage_).sun_path;
    const auto size = length_ - kStart;
    if (path[0] == '\0') return "@" + std::string(path + 1, size - 1);
    return {path, ::strnlen(path, size)};  // a path of the full length has no NUL
}

std::string printable(const SocketName& name) {
    if (!name.isUnix()) return name.ip().toString();
    const auto path = name.unixName();
    return path.empty() ? "unix" : "unix:" + path;
}

}  // namespace berth::host
