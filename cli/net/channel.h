// cli/net/channel.h - one connection to a service or a control port.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/net/connect_options.h"
#include "cli/net/endpoint.h"

namespace berth::cli {

// Blocking reads and writes with the limit on silence that the options give. Move-only.
//
// Throws: TransportFailure when the connection is lost or silent for too long.
class Channel {
public:
    // Tries every address of the name. Throws: Failure when it is unknown, or TLS fails.
    Channel(const Endpoint& endpoint, const ConnectOptions& options);
    Channel(Channel&&) noexcept = default;
    Channel& operator=(Channel&&) noexcept = default;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    ~Channel() = default;

    // The filled front of the buffer; empty when the other side has finished.
    [[nodiscard]] std::string_view receive(std::span<char> buffer);
    void send(std::string_view bytes);
    // Tells the other side that nothing more will come; it may still answer.
    void finish();

    // True when receive() would not wait; waits for that, at most so long. With TLS, bytes that
    // carry no content may end the wait early.
    [[nodiscard]] bool readable(std::chrono::milliseconds wait);
    // For poll(2) together with others. Ask readable() before, for TLS may hold bytes already,
    // and after, for what came may be no content.
    [[nodiscard]] int descriptor() const;

    // The address, for messages.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

private:
    [[nodiscard]] bool lookAhead();

    std::string name_;
    Poco::Net::StreamSocket transport_;  // what lies below TLS; without TLS the same as socket_
    Poco::Net::StreamSocket socket_;
    std::chrono::milliseconds silenceLimit_;
    std::optional<std::string> ahead_;  // received by lookAhead(); empty: the end of input
};

}  // namespace berth::cli
