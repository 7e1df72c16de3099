// host/service/proxy_header.cpp
#include "host/service/proxy_header.h"

#include <Poco/Net/IPAddress.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <vector>

#include "berth/detail/uninterrupted.h"
#include "host/fiber/off_loop.h"

namespace berth::host {
namespace {

using Poco::Net::IPAddress;
using Poco::Net::SocketAddress;

constexpr std::size_t kMostV1 = 107;  // with its CR LF
constexpr std::size_t kV2Fixed = 16;
constexpr std::size_t kMostV2 = kV2Fixed + 4096;  // addresses and TLVs; far more than proxies send
constexpr std::string_view kV2Signature{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::string_view kV1Signature = "PROXY ";

ProxyHeader refusal(std::string text) {
    return {{}, 0, std::move(text)};
}

std::optional<std::uint16_t> parsePort(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool leadingZero = text.size() > 1 && text.front() == '0';
    if (error != std::errc{} || end != text.data() + text.size() || leadingZero)
        return std::nullopt;
    return port;
}

std::vector<std::string_view> split(std::string_view line) {
    std::vector<std::string_view> words;
    for (std::size_t start = 0; start <= line.size();) {
        const auto end = std::min(line.find(' ', start), line.size());
        words.push_back(line.substr(start, end - start));
        start = end + 1;
    }
    return words;
}

// `PROXY TCP4 SOURCE DESTINATION SOURCE-PORT DESTINATION-PORT`
ProxyHeader parseV1(std::string_view text) {
    const auto end = text.substr(0, kMostV1).find("\r\n");
    if (end == std::string_view::npos) {
        if (text.size() >= kMostV1) return refusal("version 1 without CR LF in 107 bytes");
        return {};
    }
    ProxyHeader header{{}, end + 2, {}};
    const auto words = split(text.substr(0, end));
    if (words[1] == "UNKNOWN") return header;
    const bool v6 = words[1] == "TCP6";
    if (words.size() != 6 || (!v6 && words[1] != "TCP4")) return refusal("malformed version 1");

    const auto family = v6 ? IPAddress::IPv6 : IPAddress::IPv4;
    IPAddress source;
    IPAddress destination;
    const auto port = parsePort(words[4]);
    if (!IPAddress::tryParse(std::string(words[2]), source) || source.family() != family ||
        !IPAddress::tryParse(std::string(words[3]), destination) ||
        destination.family() != family || !port || !parsePort(words[5])) {
        return refusal("malformed address in version 1");
    }
    header.source = SocketAddress(source, *port);
    return header;
}

std::uint16_t bigEndian16(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint16_t>((static_cast<unsigned char>(bytes[at]) << 8) |
                                      static_cast<unsigned char>(bytes[at + 1]));
}

// Signature, version and command, family and transport, length, addresses, TLVs.
ProxyHeader parseV2(std::string_view bytes) {
    if (bytes.size() < kV2Fixed) return {};
    const auto version = static_cast<unsigned char>(bytes[12]);
    const auto family = static_cast<unsigned char>(bytes[13]);
    const std::size_t length = bigEndian16(bytes, 14);
    if ((version >> 4) != 2) return refusal("unknown version in a binary header");
    if (kV2Fixed + length > kMostV2) return refusal("a binary header of more than 4,112 bytes");
    if ((version & 0xf) > 1) return refusal("unknown command in a binary header");
    if (bytes.size() < kV2Fixed + length) return {};

    ProxyHeader header{{}, kV2Fixed + length, {}};
    if ((version & 0xf) == 0) return header;  // LOCAL: the proxy speaks for itself
    const auto addressSize = family == 0x11 ? 4U : family == 0x21 ? 16U : 0U;
    if (addressSize == 0) return header;  // not TCP over IP: use the real peer
    if (length < 2 * addressSize + 4) return refusal("a binary header too short for its family");
    const auto addresses = bytes.substr(kV2Fixed);
    header.source = SocketAddress(IPAddress(addresses.data(), addressSize),
                                  bigEndian16(addresses, 2 * std::size_t{addressSize}));
    return header;
}

bool couldBecome(std::string_view bytes, std::string_view signature) {
    const auto size = std::min(bytes.size(), signature.size());
    return bytes.substr(0, size) == signature.substr(0, size);
}

// Takes bytes that were seen already. What was left of a header would be taken for the client's.
bool take(int socket, std::span<std::byte> bytes) {
    while (!bytes.empty()) {
        const auto count = detail::uninterrupted(
            [&] { return ::recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT); });
        if (count <= 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace

ProxyHeader parseProxyHeader(std::span<const std::byte> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (text.starts_with(kV2Signature)) return parseV2(text);
    if (text.starts_with(kV1Signature)) return parseV1(text);
    if (couldBecome(text, kV2Signature) || couldBecome(text, kV1Signature)) return {};
    return refusal("the connection does not begin with one");
}

ProxyHeader readProxyHeader(int socket, std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    std::vector<std::byte> buffer(kMostV2);  // not on the stack, which is small on fibers
    for (std::size_t taken = 0;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        pollfd readable{socket, POLLIN, 0};
        const auto ready = left.count() > 0 ? pollDescriptors({&readable, 1}, left) : 0;
        if (ready == 0) return refusal("not complete within the time limit");
        // Peeked, so that what follows the header stays with the socket.
        const auto rest = std::span(buffer).subspan(taken);
        const auto count = ::recv(socket, rest.data(), rest.size(), MSG_PEEK | MSG_DONTWAIT);
        if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (count < 0) return refusal(std::generic_category().message(errno));
        if (count == 0) return refusal("the connection ended within it");

        const auto seen = taken + static_cast<std::size_t>(count);
        auto header = parseProxyHeader(std::span(buffer).first(seen));
        if (!header.error.empty()) return header;
        // While more is needed all that came belongs to the header.
        const auto end = header.length > 0 ? header.length : seen;
        if (!take(socket, rest.first(end - taken))) {
            return refusal(std::generic_category().message(errno));
        }
        taken = end;
        if (header.length > 0) return header;
    }
}

}  // namespace berth::host
