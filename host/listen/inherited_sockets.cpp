// host/listen/inherited_sockets.cpp
#include "host/listen/inherited_sockets.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <sstream>

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
    if (process != ::getpid() || !count || *count < 1 || *count > kMostDescriptors) return sockets;

    for (int i = 0; i < *count; ++i) {
        UniqueFd socket(kFirstDescriptor + i);
        if (::fcntl(socket.value(), F_SETFD, FD_CLOEXEC) != 0) {
            static_cast<void>(socket.release());  // not open: there is nothing to own
            continue;
        }
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
    UniqueFd copy(::fcntl(found->socket.value(), F_DUPFD_CLOEXEC, kFirstDescriptor));
    if (!copy) return std::nullopt;
    return copy;
}

std::vector<std::string> InheritedSockets::names() const {
    std::vector<std::string> names;
    for (const auto& entry : entries_) names.push_back(entry.name);
    return names;
}

}  // namespace berth::host
