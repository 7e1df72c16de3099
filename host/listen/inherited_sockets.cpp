// host/listen/inherited_sockets.cpp
#include "host/listen/inherited_sockets.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <sstream>
#include <system_error>

#include "host/listen/listen_error.h"

namespace berth::host {
namespace {

constexpr int kFirstDescriptor = 3;  // SD_LISTEN_FDS_START
constexpr int kMostDescriptors = 253;

std::optional<long> numberIn(const char* variable) {
    const char* text = std::getenv(variable);
    if (text == nullptr) return std::nullopt;
    const std::string_view view = text;
    long value = 0;
    const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), value);
    if (error != std::errc{} || end != view.data() + view.size()) return std::nullopt;
    return value;
}

// Nothing when it cannot be asked: errno tells why.
std::optional<int> optionOf(int socket, int option) {
    int value = 0;
    socklen_t size = sizeof value;
    if (::getsockopt(socket, SOL_SOCKET, option, &value, &size) != 0) return std::nullopt;
    return value;
}

std::vector<std::string> namesIn(const char* variable) {
    std::vector<std::string> names;
    const char* text = std::getenv(variable);
    if (text == nullptr) return names;
    std::istringstream stream{std::string(text)};
    for (std::string name; std::getline(stream, name, ':');) names.push_back(name);
    return names;
}

}  // namespace

InheritedSockets InheritedSockets::fromEnvironment() {
    InheritedSockets sockets;
    const auto process = numberIn("LISTEN_PID");
    const auto count = numberIn("LISTEN_FDS");
    const auto names = namesIn("LISTEN_FDNAMES");
    for (const auto* variable : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"})
        ::unsetenv(variable);
    if (count && process && process != ::getpid()) {
        sockets.remark_ = ", since LISTEN_PID names process " + std::to_string(*process) +
                          " and this is " + std::to_string(::getpid()) +
                          "; start berthd itself and not by a script";
    }
    if (process != ::getpid() || !count || *count < 1 || *count > kMostDescriptors) return sockets;

    for (int i = 0; i < *count; ++i) {
        if (::fcntl(kFirstDescriptor + i, F_SETFD, FD_CLOEXEC) != 0) continue;  // not open
        UniqueFd socket(kFirstDescriptor + i);
        const auto index = static_cast<std::size_t>(i);
        const auto base = index < names.size() && !names[index].empty() ? names[index] : "unknown";
        auto name = base;
        const auto known = sockets.names();
        for (int n = 1; std::ranges::find(known, name) != known.end(); ++n) {
            name = base + "." + std::to_string(n);
        }
        sockets.entries_.push_back({name, std::move(socket)});
    }
    return sockets;
}

InheritedSockets InheritedSockets::fromProcess(std::vector<PassedSockets::Entry> sockets) {
    InheritedSockets result;
    std::vector<PassedSockets::Entry> ours;
    for (auto& entry : sockets) {
        if (entry.address.kind == ListenAddress::Kind::Systemd) {
            result.entries_.push_back({entry.address.name, std::move(entry.socket)});
        } else {
            ours.push_back(std::move(entry));
        }
    }
    result.passed_ = std::make_shared<PassedSockets>(std::move(ours));
    return result;
}

std::optional<UniqueFd> InheritedSockets::take(std::string_view name) const {
    const auto found = std::ranges::find(entries_, name, &Entry::name);
    if (found == entries_.end()) return std::nullopt;
    auto copy =
        openedBy([&] { return ::fcntl(found->socket.value(), F_DUPFD_CLOEXEC, kFirstDescriptor); });
    if (!copy) {
        throw ListenError("the socket that systemd handed over as " + std::string(name) +
                          " cannot be used: " + std::generic_category().message(errno));
    }
    return copy;
}

std::string InheritedSockets::describe() const {
    std::string all;
    for (const auto& name : names()) all += (all.empty() ? "" : ", ") + name;
    return (all.empty() ? "none" : all) + remark_;
}

std::string InheritedSockets::whyUnusable(int socket) {
    const auto type = optionOf(socket, SO_TYPE);
    if (!type && errno != ENOTSOCK && errno != EBADF) {
        return "it cannot be looked at: " + std::generic_category().message(errno);
    }
    if (!type) return "it is no socket; a service needs ListenStream= in its .socket unit";
    if (*type == SOCK_DGRAM) {
        return "it is a datagram socket; write ListenStream= in place of ListenDatagram=";
    }
    const auto family = optionOf(socket, SO_DOMAIN);
    if (*type != SOCK_STREAM || (family != AF_INET && family != AF_INET6 && family != AF_UNIX)) {
        return "it is neither a TCP nor a Unix stream socket; write ListenStream= with a port, an "
               "address or a path";
    }
    if (optionOf(socket, SO_ACCEPTCONN) == 1) return {};
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const bool connected = ::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) == 0;
    return connected ? "it is one client's connection; write Accept=no in the .socket unit"
                     : "it does not listen; systemd hands over listening sockets with Accept=no";
}

std::vector<std::string> InheritedSockets::names() const {
    std::vector<std::string> names;
    for (const auto& entry : entries_) names.push_back(entry.name);
    return names;
}

}  // namespace berth::host
