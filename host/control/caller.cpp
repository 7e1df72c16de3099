// host/control/caller.cpp
#include "host/control/caller.h"

#include <Poco/Net/SocketImpl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace berth::host::control {

std::string Caller::describe() const {
    if (!local) return "tcp " + address;
    return "uid " + std::to_string(uid) + " pid " + std::to_string(pid);
}

bool Caller::trusted() const {
    return local && (uid == 0 || uid == ::geteuid());
}

Caller identify(const Poco::Net::StreamSocket& socket, bool local) {
    Caller caller;
    caller.local = local;
    if (!local) {
        const auto peer = socket.peerAddress();
        caller.address = peer.toString();
        caller.source = peer.host().toString();
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
