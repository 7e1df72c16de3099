// host/service/peer_address.cpp
#include "host/service/peer_address.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

namespace berth::host {

PeerAddress peerAddress(const SocketName& name) {
    PeerAddress peer;
    if (name.family() == AF_INET6) {
        const auto& raw = reinterpret_cast<const sockaddr_in6&>(*name.raw());
        std::copy_n(raw.sin6_addr.s6_addr, peer.bytes.size(), peer.bytes.begin());
    } else if (name.family() == AF_INET) {
        const auto& raw = reinterpret_cast<const sockaddr_in&>(*name.raw());
        peer.bytes[10] = peer.bytes[11] = 0xff;
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(&raw.sin_addr);
        std::copy_n(bytes, 4, peer.bytes.begin() + 12);
    } else {
        peer.unixSocket = true;
    }
    return peer;
}

}  // namespace berth::host
