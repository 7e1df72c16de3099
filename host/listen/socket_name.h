// host/listen/socket_name.h - the address of one end of a socket, as the kernel has it.
#pragma once

#include <Poco/Net/SocketAddress.h>
#include <sys/socket.h>

#include <string>

#include "berth/detail/require.h"

namespace berth::host {

// A value of our own for what Poco's SocketAddress treats in another way from version to version:
// the names of Unix sockets. There, one without a name is an error since 1.13, and an abstract one
// reads as empty.
class SocketName {
public:
    // Of a Unix socket without a name, as clients are.
    SocketName() noexcept;
    // Requires: `length` is not more than a sockaddr_storage has.
    SocketName(const sockaddr* raw, socklen_t length) noexcept;
    explicit SocketName(const Poco::Net::SocketAddress& ip);
    // The end that the socket itself is. Throws: std::system_error.
    [[nodiscard]] static SocketName ofLocal(int socket);

    [[nodiscard]] int family() const noexcept { return storage_.ss_family; }
    [[nodiscard]] bool isUnix() const noexcept { return family() == AF_UNIX; }
    [[nodiscard]] const sockaddr* raw() const noexcept {
        return reinterpret_cast<const sockaddr*>(&storage_);
    }
    // Requires: not isUnix().
    [[nodiscard]] Poco::Net::SocketAddress ip() const {
        BERTH_REQUIRE(!isUnix());
        return {raw(), length_};
    }
    // The path, or `@NAME` of an abstract socket; empty for one without a name.
    // Requires: isUnix().
    [[nodiscard]] std::string unixName() const;

private:
    sockaddr_storage storage_{};
    socklen_t length_ = sizeof(sa_family_t);
};

// "127.0.0.1:51515", "[::1]:51515", "unix:PATH", "unix:@NAME"; "unix" for one without a name.
[[nodiscard]] std::string printable(const SocketName& name);

}  // namespace berth::host
