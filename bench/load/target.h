// bench/load/target.h - where a load run connects to, and from.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <optional>
#include <string>

#include "bench/load/descriptor.h"

namespace berth::bench {

// A resolved address of the service under load.
class Target {
public:
    // `text`: HOST:PORT, [V6]:PORT or unix:PATH.
    // Throws: std::invalid_argument when it is none of these, std::runtime_error when the host
    // cannot be resolved.
    explicit Target(const std::string& text);

    // Begins to connect a non-blocking socket; nothing when that failed at once (see errno).
    // `source` 1 and up leaves from 127.0.0.1 plus that many; 0 leaves the choice to the kernel.
    [[nodiscard]] std::optional<Descriptor> connect(std::size_t source) const;

    // Whether source addresses can be chosen: a service on 127.0.0.0/8.
    [[nodiscard]] bool isLoopback4() const noexcept;

private:
    void resolve(const std::string& host, const std::string& port);
    void usePath(const std::string& path);

    sockaddr_storage address_{};
    socklen_t length_ = 0;
};

}  // namespace berth::bench
