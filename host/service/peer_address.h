// host/service/peer_address.h - from the kernel's idea of an address to admission's.
#pragma once

#include <Poco/Net/SocketAddress.h>

#include "host/config/network.h"

namespace berth::host {

[[nodiscard]] PeerAddress peerAddress(const Poco::Net::SocketAddress& address);

}  // namespace berth::host
