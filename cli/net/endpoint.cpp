// cli/net/endpoint.cpp
#include "cli/net/endpoint.h"

#include <netdb.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "berth/detail/unix_name.h"
#include "cli/app/failure.h"

namespace berth::cli {
namespace {

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw Failure(ExitCode::Usage, "\"" + std::string(text) + "\" is no address: " + why +
                                       "; give HOST:PORT, [::1]:PORT, PORT or unix:PATH");
}

std::optional<std::uint16_t> portOf(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error == std::errc{} && end == text.data() + text.size()) {
        return port != 0 ? std::optional(port) : std::nullopt;
    }
    const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    if (digits) return std::nullopt;
    const auto* entry = ::getservbyname(std::string(text).c_str(), "tcp");
    if (entry == nullptr) return std::nullopt;
    return ntohs(static_cast<std::uint16_t>(entry->s_port));
}

std::string reachable(std::string_view host) {
    if (host.empty() || host == "*" || host == "0.0.0.0") return "127.0.0.1";
    if (host == "::") return "::1";
    return std::string(host);
}

Endpoint unixEndpoint(std::string_view text) {
    const auto path = text.substr(5);
    if (path.empty()) refuse(text, "the path is missing");
    if (!detail::parseUnixName(path)) {
        refuse(text, path == "@" ? "the name is missing" : "a socket's path has at most 107 bytes");
    }
    return {.kind = Endpoint::Kind::Unix, .host = {}, .port = 0, .path = std::string(path)};
}

}  // namespace

Endpoint parseEndpoint(std::string_view text) {
    if (text.starts_with("unix:")) return unixEndpoint(text);
    std::string_view host;
    std::string_view port = text;
    if (text.starts_with('[')) {
        const auto close = text.find("]:");
        if (close == std::string_view::npos) refuse(text, "the port after ] is missing");
        host = text.substr(1, close - 1);
        port = text.substr(close + 2);
    } else if (const auto colon = text.rfind(':'); colon != std::string_view::npos) {
        host = text.substr(0, colon);
        port = text.substr(colon + 1);
        if (host.find(':') != std::string_view::npos) {
            refuse(text, "an IPv6 address stands in brackets");
        }
    }
    if (host.find_first_of("[]") != std::string_view::npos) {
        refuse(text, "brackets stand around a host, not in it");
    }
    const auto number = portOf(port);
    if (!number && port.size() == text.size()) refuse(text, "the port is missing");
    if (!number) refuse(text, "\"" + std::string(port) + "\" is no port from 1 to 65535");
    return {.kind = Endpoint::Kind::Tcp, .host = reachable(host), .port = *number, .path = {}};
}

std::string toString(const Endpoint& endpoint) {
    if (endpoint.kind == Endpoint::Kind::Unix) return "unix:" + endpoint.path;
    const bool bracketed = endpoint.host.find(':') != std::string::npos;
    return (bracketed ? "[" + endpoint.host + "]" : endpoint.host) + ":" +
           std::to_string(endpoint.port);
}

}  // namespace berth::cli
