// host/service/peer_address.h - from the kernel's idea of an address to admission's.
#pragma once

#include "host/listen/socket_name.h"
#include "host/net/network.h"

namespace berth::host {

[[nodiscard]] PeerAddress peerAddress(const SocketName& name);

}  // namespace berth::host
