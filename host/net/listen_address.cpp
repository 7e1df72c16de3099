// host/net/listen_address.cpp - parses and prints listen addresses.
#include "host/net/listen_address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include "berth/detail/require.h"
#include "berth/detail/unix_name.h"

namespace berth::host {
namespace {

constexpr std::string_view kUnix = "unix:";
constexpr std::string_view kSystemd = "systemd:";

bool isDigits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The port that services(5) lists for TCP under that name.
std::optional<std::uint16_t> lookUpService(const std::string& name) {
    servent entry{};
    servent* found = nullptr;
    std::array<char, 4096> buffer{};
    if (getservbyname_r(name.c_str(), "tcp", &entry, buffer.data(), buffer.size(), &found) != 0 ||
        found == nullptr) {
        return std::nullopt;
    }
    return ntohs(static_cast<std::uint16_t>(found->s_port));
}

std::uint16_t parsePort(std::string_view text, std::size_t offset) {
    if (text.empty()) {
        throw ValueError("the port is missing", offset == 0 ? 0 : offset - 1, 1,
                         "write it behind \":\", such as \":7002\"");
    }
    if (!isDigits(text)) {
        if (const auto port = lookUpService(std::string(text))) return *port;
        throw ValueError(
            detail::quoted(text) + " is neither a port nor a TCP service of services(5)", offset,
            text.size());
    }
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error == std::errc()) return port;
    throw ValueError("the port " + std::string(text) + " is out of range: it must be 0 to 65535",
                     offset, text.size());
}

// The address in its shortest form, a zone kept; nothing when the text is no such address.
std::optional<std::string> canonical(int family, std::string_view text) {
    const auto percent = text.find('%');
    const auto zone = percent == std::string_view::npos ? std::string_view() : text.substr(percent);
    if (!zone.empty() && (family != AF_INET6 || zone.size() == 1 || zone.size() > IF_NAMESIZE)) {
        return std::nullopt;
    }
    std::array<std::uint8_t, 16> bytes{};
    std::array<char, INET6_ADDRSTRLEN> shortest{};
    const std::string plain(text.substr(0, percent));
    if (inet_pton(family, plain.c_str(), bytes.data()) != 1) return std::nullopt;
    inet_ntop(family, bytes.data(), shortest.data(), shortest.size());
    return shortest.data() + std::string(zone);
}

ListenAddress tcp(std::string host, std::uint16_t port) {
    return {.kind = ListenAddress::Kind::Tcp, .host = std::move(host), .port = port};
}

// `[::1]:7002`
ListenAddress parseBracketed(std::string_view text) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) {
        throw ValueError("the bracket is never closed", 0, 0, "write \"[ADDRESS]:PORT\"");
    }
    const auto inner = text.substr(1, close - 1);
    const auto host = canonical(AF_INET6, inner);
    if (!host) throw ValueError(detail::quoted(inner) + " is not an IPv6 address", 1, inner.size());
    const auto rest = text.substr(close + 1);
    if (!rest.starts_with(':')) {
        throw ValueError(
            "the port is missing", close, 1,
            "write " + detail::quoted(std::string(text.substr(0, close + 1)) + ":PORT"));
    }
    return tcp(*host, parsePort(rest.substr(1), close + 2));
}

// An IPv6 address whose brackets were forgotten, if that is what the text is.
[[noreturn]] void throwBareIpv6(std::string_view text) {
    const auto colon = text.rfind(':');
    const auto head = text.substr(0, colon);
    const auto port = text.substr(colon + 1);
    std::string meant;
    if (canonical(AF_INET6, head) && isDigits(port)) {
        meant = "[" + std::string(head) + "]:" + std::string(port);
    } else if (canonical(AF_INET6, text)) {
        meant = "[" + std::string(text) + "]:PORT";
    } else {
        throw ValueError(detail::quoted(text) + " is not an address", 0, 0,
                         "write ADDRESS:PORT, an IPv6 address in brackets");
    }
    throw ValueError("an IPv6 address needs brackets", 0, 0, "write " + detail::quoted(meant));
}

ListenAddress parseHostAndPort(std::string_view text) {
    const auto colon = text.find(':');
    const auto host = text.substr(0, colon);
    if (host.empty()) {
        throw ValueError("the address is missing", 0, 1,
                         "write \"127.0.0.1" + std::string(text) + "\", or \"*" +
                             std::string(text) + "\" for all addresses");
    }
    const auto address = host == "*" ? "0.0.0.0" : canonical(AF_INET, host);
    if (!address) {
        throw ValueError(
            detail::quoted(host) + " is not a numeric address; names are not looked up", 0,
            host.size(), host == "localhost" ? "write \"127.0.0.1\"" : std::string());
    }
    return tcp(*address, parsePort(text.substr(colon + 1), colon + 1));
}

ListenAddress parseUnix(ValueSource source) {
    const auto path = source.text.substr(kUnix.size());
    if (path.empty()) throw ValueError("the path is missing", 0, 0, "write \"unix:PATH\"");
    if (path == "@") {
        throw ValueError("the name is missing", 0, 0,
                         "write \"unix:@NAME\", or \"unix:./@\" for a file");
    }
    const bool abstract = detail::isAbstractUnixName(path);
    const auto full =
        abstract ? std::filesystem::path(path) : (source.directory / path).lexically_normal();
    const auto length = full.native().size();
    if (length > detail::kLongestUnixName) {
        throw ValueError(std::string(abstract ? "the name" : "the path") +
                             " of a Unix socket can have " +
                             std::to_string(detail::kLongestUnixName) + " bytes, this one has " +
                             std::to_string(length),
                         kUnix.size(), path.size());
    }
    return {.kind = ListenAddress::Kind::Unix, .path = full};
}

bool isIpv6(const ListenAddress& address) noexcept {
    return address.host.find(':') != std::string::npos;
}

bool isWildcard(const ListenAddress& address) noexcept {
    return address.host == "0.0.0.0" || address.host == "::";
}

}  // namespace

bool hostsClash(const ListenAddress& a, const ListenAddress& b) noexcept {
    BERTH_REQUIRE(a.kind == ListenAddress::Kind::Tcp && b.kind == ListenAddress::Kind::Tcp);
    return isIpv6(a) == isIpv6(b) && (a.host == b.host || isWildcard(a) || isWildcard(b));
}

std::string toString(const ListenAddress& address) {
    switch (address.kind) {
        case ListenAddress::Kind::Unix:
            return std::string(kUnix) + address.path.string();
        case ListenAddress::Kind::Systemd:
            return std::string(kSystemd) + address.name;
        case ListenAddress::Kind::Tcp:
            break;
    }
    return (isIpv6(address) ? "[" + address.host + "]" : address.host) + ":" +
           std::to_string(address.port);
}

}  // namespace berth::host

namespace berth {

host::ListenAddress ValueCodec<host::ListenAddress>::parse(ValueSource source) {
    const auto text = source.text;
    if (text.starts_with(host::kUnix)) return host::parseUnix(source);
    if (text.starts_with(host::kSystemd)) {
        const auto name = text.substr(host::kSystemd.size());
        if (name.empty()) throw ValueError("the name is missing", 0, 0, "write \"systemd:NAME\"");
        return {.kind = host::ListenAddress::Kind::Systemd, .name = std::string(name)};
    }
    if (text.starts_with('[')) return host::parseBracketed(text);
    const auto colons = std::ranges::count(text, ':');
    if (colons == 1) return host::parseHostAndPort(text);
    if (colons > 1) host::throwBareIpv6(text);
    if (host::canonical(AF_INET, text)) {
        throw ValueError("the port is missing", 0, 0, "write \"" + std::string(text) + ":PORT\"");
    }
    if (text.starts_with('/')) {
        throw ValueError("a Unix socket needs \"unix:\"", 0, 0,
                         "write \"unix:" + std::string(text) + "\"");
    }
    return host::tcp("127.0.0.1", host::parsePort(text, 0));
}

}  // namespace berth
