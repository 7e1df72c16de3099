// host/net/network.h - an address range in CIDR notation, for `allow`, `deny` and trusted
// proxies.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "berth/setting_types.h"

namespace berth::host {

// An address in network order; IPv4 is kept as an IPv4-mapped IPv6 address so that one
// comparison serves both. Unix peers have no address and match only `unix` and `any`.
struct PeerAddress {
    std::array<std::uint8_t, 16> bytes{};
    bool unixSocket = false;

    [[nodiscard]] bool isIpv4() const noexcept;
    auto operator<=>(const PeerAddress&) const = default;
};

inline constexpr unsigned kAddressBits = 128;

// The network of so many bits that an IPv6 address lies in; IPv4 addresses and Unix peers as they
// are.
[[nodiscard]] PeerAddress masked(const PeerAddress& address, unsigned prefix) noexcept;

// From `10.0.0.1`, `::1` or `fe80::1%eth0` (the zone is left out); nothing for other texts.
[[nodiscard]] std::optional<PeerAddress> parsePeerAddress(std::string_view text);

// `10.0.0.0/8`, `192.168.1.7`, `::1`, `2001:db8::/32`, `any`, `unix`. Host bits beyond the prefix
// are an error: 10.0.0.1/8 is not what anybody means. `::/0` is every IPv6 address, no IPv4 one.
struct Network {
    PeerAddress base;
    unsigned prefix = 0;    // of 128 bits; an IPv4 prefix counts from 96
    bool everyone = false;  // `any`

    [[nodiscard]] bool contains(const PeerAddress& address) const noexcept;
    auto operator<=>(const Network&) const = default;
};

[[nodiscard]] std::string toString(const Network& network);

}  // namespace berth::host

namespace berth {

template <>
struct ValueCodec<host::Network> {
    static host::Network parse(ValueSource source);
    static std::string format(const host::Network& network) { return toString(network); }
    static std::string typeName() { return "network"; }
};

}  // namespace berth
