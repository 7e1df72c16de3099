// host/engine/plain_io.h - bytes through a blocking socket without TLS.
#pragma once

#include <cstddef>
#include <span>

namespace berth::host {

// One recv(2) or send(2) each, without the exception of Poco's that would be made for each
// connection that is reset.
// Waits as long as the socket's own option says. Throws: TimedOut, ConnectionLost.
[[nodiscard]] std::size_t receiveSome(int socket, std::span<std::byte> buffer,
                                      const char* timeoutText);
// Waits for nothing; 0 when there is no room. An option would count for each part of the bytes
// anew, and what the kernel took before it was over would hide that. Throws: ConnectionLost.
[[nodiscard]] std::size_t sendSome(int socket, std::span<const std::byte> bytes);

}  // namespace berth::host
