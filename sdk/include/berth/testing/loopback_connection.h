// berth/testing/loopback_connection.h - a Connection without a port, to test a handler.
//
//     berth::testing::LoopbackConnection client;
//     client.send("hello");
//     client.finishSending();
//     service.handle(client);
//     assert(client.received() == "HELLO");
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "berth/api.h"
#include "berth/connection.h"

namespace berth::testing {

// The service's end is the Connection; the client's end are the functions below. Each send() is
// one piece that the handler receives at a time, so that a test decides where bytes are split.
//
// Threads:  the client's end may be used from another thread than the handler's.
// Throws:   as every Connection: TimedOut when no client's byte comes within setTimeout()
//           (10 s unless set), ConnectionLost after reset().
class BERTH_API LoopbackConnection final : public Connection {
public:
    explicit LoopbackConnection(std::string peer = "127.0.0.1:50000");
    ~LoopbackConnection() override;

    // --- the client's end ---
    void send(std::string_view bytes);
    void finishSending();
    // The client vanishes: each later call of the handler's throws ConnectionLost.
    void reset();
    // Everything that the handler wrote so far, and the same, taken away.
    [[nodiscard]] std::string received() const;
    [[nodiscard]] std::string takeReceived();
    // Waits until the handler wrote `text`; false when `limit` passed.
    [[nodiscard]] bool waitForReceived(std::string_view text,
                                       std::chrono::milliseconds limit) const;
    // True when the handler called finish().
    [[nodiscard]] bool finished() const;

    // --- the service's end ---
    [[nodiscard]] Chunk receive() override;
    [[nodiscard]] Chunk read(std::span<std::byte> buffer) override;
    void write(std::span<const std::byte> bytes) override;
    void finish() override;
    WaitResult wait(std::span<pollfd> descriptors, std::chrono::milliseconds limit,
                    ClientEvent watched = ClientEvent::None) override;
    void setTimeout(std::chrono::milliseconds limit) override;
    [[nodiscard]] std::chrono::milliseconds timeout() const noexcept override;
    [[nodiscard]] std::string_view peer() const noexcept override;
    [[nodiscard]] std::string_view local() const noexcept override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace berth::testing
