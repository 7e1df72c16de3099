// host/net/listen_address.h - where a service listens, as written after `listen =`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "berth/setting_types.h"

namespace berth::host {

// `7002` is 127.0.0.1:7002; also `*:7002`, `10.0.0.1:7002`, `[::1]:7002`, `[::]:7002`,
// `unix:PATH`, `unix:@NAME` (an abstract socket, without a file), `systemd:NAME` (a socket handed
// over by systemd under that name), and in place of a port a name from services(5). Port 0: the
// kernel chooses. An IPv6 address takes IPv6 clients only, so that `*:7002, [::]:7002` serves both.
struct ListenAddress {
    enum class Kind { Tcp, Unix, Systemd };

    Kind kind = Kind::Tcp;
    std::string host{};  // numeric address without brackets; "0.0.0.0" for `*`
    std::uint16_t port = 0;
    std::filesystem::path path{};  // Unix: absolute, or `@NAME` of an abstract socket
    std::string name{};            // Systemd

    // Whether it is a path in the file system, which has a mode and an owner.
    [[nodiscard]] bool hasFile() const noexcept {
        return kind == Kind::Unix && !path.native().starts_with('@');
    }

    auto operator<=>(const ListenAddress&) const = default;
};

// Whether one host takes the clients of the other, on one port: they are the same, or one of them
// is the wildcard of the family. Requires: both are TCP.
[[nodiscard]] bool hostsClash(const ListenAddress& a, const ListenAddress& b) noexcept;

// As the configuration would write it in full: "127.0.0.1:7002", "[::1]:7002", "unix:/run/x".
[[nodiscard]] std::string toString(const ListenAddress& address);

}  // namespace berth::host

namespace berth {

template <>
struct ValueCodec<host::ListenAddress> {
    static host::ListenAddress parse(ValueSource source);
    static std::string format(const host::ListenAddress& address) { return toString(address); }
    static std::string typeName() { return "address"; }
};

}  // namespace berth
