// host/listen/printable_address.h - addresses as logs and operators read them.
#pragma once

#include <Poco/Net/SocketAddress.h>

#include <string>

namespace berth::host {

// "127.0.0.1:51515", "[::1]:51515", or "unix:PATH"; "unix" for a peer without a name.
[[nodiscard]] std::string printable(const Poco::Net::SocketAddress& address);

}  // namespace berth::host
