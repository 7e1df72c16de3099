// host/engine/sink_pump.h - moves a client's bytes into a sink, on a thread that may block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "berth/sink.h"
#include "host/engine/connection_record.h"

namespace berth::host {

// Reads a socket that does not block for as long as bytes keep coming, so that a fast client costs
// its loop nothing and a slow one holds no thread.
//
// Threads: one at a time. Lifetime: borrows all.
class SinkPump {
public:
    enum class Stop { Complete, Idle, End, Lost };

    SinkPump(int socket, ConnectionRecord& record, Sink& sink, std::uint64_t count)
        : socket_(socket), record_(record), sink_(sink), left_(count) {}

    // Until all is moved, the client pauses, ends or is lost, or others had to wait for the thread
    // for a while, which is Idle too. Throws: what the sink throws.
    Stop run();
    [[nodiscard]] std::uint64_t left() const noexcept { return left_; }
    // errno's value, after Lost.
    [[nodiscard]] int error() const noexcept { return error_; }

private:
    [[nodiscard]] std::span<std::byte> room();
    // False when nothing came for a moment.
    [[nodiscard]] bool moreSoon() const noexcept;

    const int socket_;
    ConnectionRecord& record_;
    Sink& sink_;
    std::uint64_t left_;
    int error_ = 0;
    std::unique_ptr<std::byte[]> buffer_;  // when the sink has no room of its own
};

}  // namespace berth::host
