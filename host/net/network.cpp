// host/net/network.cpp - parses, prints and matches address ranges.
#include "host/net/network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace berth::host {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kIpv4Offset = 96;

// The address with every bit beyond the prefix cleared.
PeerAddress cleared(PeerAddress address, unsigned prefix) noexcept {
    for (unsigned index = 0; index < address.bytes.size(); ++index) {
        const auto kept = std::clamp(static_cast<int>(prefix) - static_cast<int>(index * 8), 0, 8);
        address.bytes[index] = static_cast<std::uint8_t>(address.bytes[index] &
                                                         (0xff00U >> static_cast<unsigned>(kept)));
    }
    return address;
}

std::string toText(const PeerAddress& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool ipv4 = address.isIpv4();
    inet_ntop(ipv4 ? AF_INET : AF_INET6, address.bytes.data() + (ipv4 ? kMapped.size() : 0),
              text.data(), text.size());
    return text.data();
}

unsigned parsePrefix(std::string_view text, unsigned most, std::size_t offset) {
    unsigned prefix = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), prefix);
    if (error == std::errc() && end == text.data() + text.size() && prefix <= most) return prefix;
    throw ValueError("the prefix length must be 0 to " + std::to_string(most), offset, text.size());
}

}  // namespace

bool PeerAddress::isIpv4() const noexcept {
    return !unixSocket && std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
}

PeerAddress masked(const PeerAddress& address, unsigned prefix) noexcept {
    return address.unixSocket || address.isIpv4() ? address : cleared(address, prefix);
}

std::optional<PeerAddress> parsePeerAddress(std::string_view text) {
    PeerAddress address;
    const std::string plain(text.substr(0, text.find('%')));
    if (inet_pton(AF_INET6, plain.c_str(), address.bytes.data()) == 1) return address;
    std::ranges::copy(kMapped, address.bytes.begin());
    if (plain.size() != text.size()) return std::nullopt;
    if (inet_pton(AF_INET, plain.c_str(), address.bytes.data() + kMapped.size()) != 1) {
        return std::nullopt;
    }
    return address;
}

bool Network::contains(const PeerAddress& address) const noexcept {
    if (everyone) return true;
    if (base.unixSocket || address.unixSocket) return base.unixSocket == address.unixSocket;
    if (base.isIpv4() != address.isIpv4()) return false;
    return cleared(address, prefix).bytes == base.bytes;
}

std::string toString(const Network& network) {
    if (network.everyone) return "any";
    if (network.base.unixSocket) return "unix";
    const bool ipv4 = network.base.isIpv4();
    auto text = toText(network.base);
    if (network.prefix == 128) return text;
    return text + "/" + std::to_string(network.prefix - (ipv4 ? kIpv4Offset : 0));
}

}  // namespace berth::host

namespace berth {

host::Network ValueCodec<host::Network>::parse(ValueSource source) {
    const auto text = source.text;
    if (text == "any") return {.base = {}, .prefix = 0, .everyone = true};
    if (text == "unix") return {.base = {.bytes = {}, .unixSocket = true}, .prefix = 128};
    const auto slash = text.find('/');
    const auto address = host::parsePeerAddress(text.substr(0, slash));
    if (!address || text.find('%') != std::string_view::npos) {
        throw ValueError("\"" + std::string(text) + "\" is not a network", 0, 0,
                         text == "localhost"
                             ? "write \"127.0.0.1, ::1\""
                             : "write an address such as 10.0.0.0/8 or ::1, \"any\" or \"unix\"");
    }
    const bool dotted = text.find(':') == std::string_view::npos;
    const unsigned offset = dotted ? host::kIpv4Offset : 0;
    unsigned prefix = 128;
    if (slash != std::string_view::npos) {
        prefix = offset + host::parsePrefix(text.substr(slash + 1), 128 - offset, slash + 1);
    }
    const host::Network network{.base = host::cleared(*address, prefix), .prefix = prefix};
    if (network.base != *address) {
        throw ValueError("the address has bits set beyond its prefix", 0, 0,
                         "write \"" + toString(network) + "\"");
    }
    return network;
}

}  // namespace berth
