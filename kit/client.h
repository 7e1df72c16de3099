// kit/client.h - a client on a real socket that no handler can hold up.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "host/base/unique_fd.h"

namespace berth::kit {

// Every call ends within its limit, whatever the service does. What the service says is taken and
// thrown away, so that it is not kept from saying it.
//
// Threads: one.
class Client {
public:
    using Clock = std::chrono::steady_clock;

    // Throws: std::system_error when there can be no connection.
    explicit Client(std::uint16_t port);

    // False when the service took not all of it within `limit`, or is gone.
    bool send(std::string_view bytes, std::chrono::milliseconds limit);
    // The same without taking what the service says.
    bool sendDeaf(std::string_view bytes, std::chrono::milliseconds limit);
    void finishSending() noexcept;
    // Takes what comes for so long; ends early at the end of input.
    void listen(std::chrono::milliseconds time);
    // True when some bytes come within `limit`, or the end of input.
    bool hears(std::chrono::milliseconds limit);
    void close() noexcept { socket_.reset(); }
    // Closes with a reset in place of an orderly end.
    void reset() noexcept;

private:
    // False at the end of input.
    bool takeInput() noexcept;
    bool push(std::string_view bytes, std::chrono::milliseconds limit, bool deaf);

    host::UniqueFd socket_;
    bool ended_ = false;
};

}  // namespace berth::kit
