// host/control/auth/caller.cpp
#include "host/control/auth/caller.h"

#include <Poco/Net/SocketImpl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "host/net/network.h"

namespace berth::host::control {
namespace {

constexpr unsigned kOneClient = 64;  // bits of an IPv6 address that tell clients apart

std::string sourceOf(const std::string& host) {
    const auto address = parsePeerAddress(host);
    if (!address || address->isIpv4()) return host;
    return toString(Network{masked(*address, kOneClient), kOneClient});
}

}  // namespace

std::string Caller::describe() const {
    if (!local) return "tcp " + address;
    return "uid " + std::to_string(uid) + " pid " + std::to_string(pid);
}

bool Caller::trusted() const {
    return local && (admitted || uid == 0 || uid == ::geteuid());
}

Caller identify(const Poco::Net::StreamSocket& socket, Admittance admittance) {
    Caller caller;
    caller.local = admittance != Admittance::Token;
    caller.admitted = admittance == Admittance::File;
    if (!caller.local) {
        const auto peer = socket.peerAddress();
        caller.address = peer.toString();
        caller.source = sourceOf(peer.host().toString());
        caller.loopback = peer.host().isLoopback();
        return caller;
    }
    ucred credentials{};
    socklen_t length = sizeof credentials;
    if (::getsockopt(socket.impl()->sockfd(), SOL_SOCKET, SO_PEERCRED, &credentials, &length) !=
        0) {
        throw std::system_error(errno, std::generic_category(), "SO_PEERCRED");
    }
    caller.uid = credentials.uid;
    caller.pid = credentials.pid;
    return caller;
}

}  // namespace berth::host::control
