// tests/support/service_manager.h - receives what a host tells systemd.
#pragma once

#include <cppunit/TestAssert.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include "host/base/unique_fd.h"

namespace berth::test {

// At a path, or at an abstract name that is written with a leading `@`; in NOTIFY_SOCKET as long as
// it lives.
class ServiceManager {
public:
    explicit ServiceManager(const std::string& name)
        : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un raw{};
        raw.sun_family = AF_UNIX;
        std::memcpy(raw.sun_path, name.data(), name.size());
        if (name.front() == '@') raw.sun_path[0] = '\0';
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        CPPUNIT_ASSERT_EQUAL(
            0, ::bind(socket_.value(), reinterpret_cast<const sockaddr*>(&raw), size));
        ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    }
    ServiceManager(const ServiceManager&) = delete;
    ServiceManager& operator=(const ServiceManager&) = delete;
    ~ServiceManager() { ::unsetenv("NOTIFY_SOCKET"); }

    // One datagram that is there already; empty when there is none.
    [[nodiscard]] std::string receive() const {
        std::array<char, 512> buffer{};
        const auto count = ::recv(socket_.value(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        return {buffer.data(), static_cast<std::size_t>(count < 0 ? 0 : count)};
    }

private:
    host::UniqueFd socket_;
};

}  // namespace berth::test
