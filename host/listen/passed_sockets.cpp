// host/listen/passed_sockets.cpp
#include "host/listen/passed_sockets.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "host/listen/open_socket.h"

namespace berth::host {
namespace {

bool choosesPort(const ListenAddress& address) {
    return address.kind == ListenAddress::Kind::Tcp && address.port == 0;
}

std::string describe(const PassedSockets::Entry& entry) {
    return describeSocket(boundAddress(entry.socket.value()), entry.owner);
}

}  // namespace

std::string describeSocket(const ListenAddress& bound, std::string_view owner) {
    return toString(bound) + " of " + std::string(owner);
}

std::optional<PassedSockets::Socket> PassedSockets::take(const ListenAddress& wanted,
                                                         std::string_view owner) {
    const detail::Lock lock(mutex_);
    auto found = std::ranges::find_if(entries_, [&](const Entry& entry) {
        return entry.address == wanted && entry.owner == owner;
    });
    if (found == entries_.end() && !choosesPort(wanted)) {
        found = std::ranges::find_if(entries_, [&](const Entry& entry) {
            return entry.address == wanted || boundAddress(entry.socket.value()) == wanted;
        });
    }
    if (found == entries_.end()) return std::nullopt;
    Socket socket{std::move(found->socket), confirmed_};
    entries_.erase(found);
    return socket;
}

std::vector<std::string> PassedSockets::closeUnused() {
    const detail::Lock lock(mutex_);
    std::vector<std::string> addresses;
    for (const auto& entry : std::exchange(entries_, {})) {
        addresses.push_back(describe(entry));
        if (entry.address.hasFile()) ::unlink(entry.address.path.c_str());
    }
    return addresses;
}

std::vector<std::string> PassedSockets::unused() const {
    const detail::Lock lock(mutex_);
    std::vector<std::string> addresses;
    for (const auto& entry : entries_) addresses.push_back(describe(entry));
    return addresses;
}

}  // namespace berth::host
