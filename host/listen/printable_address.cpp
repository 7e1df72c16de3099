// host/listen/printable_address.cpp
#include "host/listen/printable_address.h"

#include <sys/socket.h>

namespace berth::host {

std::string printable(const Poco::Net::SocketAddress& address) {
    if (address.af() == AF_INET || address.af() == AF_INET6) return address.toString();
    const auto path = address.toString();
    return path.empty() ? "unix" : "unix:" + path;
}

}  // namespace berth::host
