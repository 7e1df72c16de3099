// host/listen/open_socket.h - opens a listening socket for an address; private to listen/.
#pragma once

#include "host/base/unique_fd.h"
#include "host/listen/listener.h"
#include "host/net/listen_address.h"

namespace berth::host {

// Throws: ListenError.
[[nodiscard]] UniqueFd openTcp(const ListenAddress& address, const ListenOptions& options,
                               PortUse use);
[[nodiscard]] UniqueFd openUnix(const ListenAddress& address, const ListenOptions& options);
[[nodiscard]] UniqueFd openInherited(const ListenAddress& address, const ListenOptions& options,
                                     const InheritedSockets& inherited);

// Puts backlog and socket options in force on a listening socket. Throws: ListenError.
void retuneSocket(const ListenAddress& address, int socket, const ListenOptions& options);

// The address that the socket is bound to.
[[nodiscard]] ListenAddress boundAddress(int socket);

}  // namespace berth::host
