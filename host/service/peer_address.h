// host/service/peer_address.h - from the kernel's idea of an address to admission's and the log's.
#pragma once

#include <Poco/Net/SocketAddress.h>

#include <string>

#include "host/config/network.h"

namespace berth::host {

[[nodiscard]] PeerAddress peerAddress(const Poco::Net::SocketAddress& address);
// "127.0.0.1:51515", "[::1]:51515", or "unix:PATH"; "unix" for a peer without a name.
[[nodiscard]] std::string printable(const Poco::Net::SocketAddress& address);

}  // namespace berth::host
