// host/engine/plain_io.h - bytes through a blocking socket without TLS.
#pragma once

#include <cstddef>
#include <span>

namespace berth::host {

// One recv(2) or send(2) each, without the exception of Poco's that would be made for each
// connection that is reset. Time limits are the socket's own options.
// Throws: TimedOut, ConnectionLost.
[[nodiscard]] std::size_t receiveSome(int socket, std::span<std::byte> buffer,
                                      const char* timeoutText);
[[nodiscard]] std::size_t sendSome(int socket, std::span<const std::byte> bytes,
                                   const char* timeoutText);

}  // namespace berth::host
