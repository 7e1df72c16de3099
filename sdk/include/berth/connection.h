// berth/connection.h - the byte stream a Service talks through. Start at berth/service.h.
#pragma once

#include <poll.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "berth/api.h"

namespace berth {

class Sink;

// What a client did while a handler waited for something else. Values combine.
enum class ClientEvent : unsigned {
    None = 0,
    Input = 1,     // bytes can be received, or the end of input was reached
    Finished = 2,  // the client sends no more; it may still read (half-close), or be gone
    Lost = 4       // the connection is reset; always reported
};

constexpr ClientEvent operator|(ClientEvent a, ClientEvent b) noexcept {
    return static_cast<ClientEvent>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool has(ClientEvent events, ClientEvent wanted) noexcept {
    return (static_cast<unsigned>(events) & static_cast<unsigned>(wanted)) != 0;
}

// What ended a Connection::wait().
struct WaitResult {
    std::size_t descriptors = 0;             // how many pollfds have non-zero revents
    ClientEvent client = ClientEvent::None;  // which of the watched client events hold

    [[nodiscard]] bool timedOut() const noexcept {
        return descriptors == 0 && client == ClientEvent::None;
    }
};

// Bytes in a buffer that somebody else owns; true in a condition while there are any, so that
// `while (auto bytes = client.receive())` reads to the end of input.
class Chunk final : public std::span<std::byte> {
public:
    using std::span<std::byte>::span;
    constexpr Chunk(std::span<std::byte> bytes) noexcept : std::span<std::byte>(bytes) {}
    constexpr explicit operator bool() const noexcept { return !empty(); }
};

// One accepted client. Calls look blocking: on the threads engine they block the thread,
// on the fibers engine they suspend only the handler that made them.
//
// Threads:  use only inside the handle() call that received it, one call at a time.
// Lifetime: owned by the engine, gone when handle() returns. Never store the reference.
// Throws:   ConnectionLost on a reset, a kill or a drain deadline; TimedOut after the limit.
//           Let both pass: the engine closes the connection, logs it and counts it.
class BERTH_API Connection {
public:
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    virtual ~Connection();

    // Waits for at least one byte and lends the bytes in a buffer of the engine's, which the
    // caller may change. The span is valid until the next call that receives. Empty means
    // that the client finished sending, which is not an error.
    [[nodiscard]] virtual Chunk receive() = 0;

    // Waits for at least one byte and returns the filled front of `buffer`; empty means that the
    // client finished sending. Requires: `buffer` is not empty.
    [[nodiscard]] virtual Chunk read(std::span<std::byte> buffer) = 0;

    // Returns when the kernel has taken every byte. Bytes lent by receive() may be written.
    virtual void write(std::span<const std::byte> bytes) = 0;
    void writeText(std::string_view text) {
        if (!text.empty()) write(std::as_bytes(std::span(text)));
    }

    // Sends what is pending and tells the client that no more follows (half-close). Receiving
    // goes on. Nothing can be written afterwards.
    virtual void finish() = 0;

    // Fills `buffer` and returns it, or the shorter front that came before the end of input.
    [[nodiscard]] std::span<std::byte> readExactly(std::span<std::byte> buffer);

    // Moves exactly `count` bytes from the client into `sink`, by the fastest way the engine has:
    // what the sink does overlaps with receiving where that can be. Returns the bytes moved: fewer
    // only at the end of input. When it returns or throws, the sink is called no more.
    // Throws: what Sink::take() throws; bytes that came after those are then lost.
    virtual std::uint64_t copyTo(Sink& sink, std::uint64_t count);

    // The same into a file or pipe at its position. The descriptor stays the caller's.
    // Throws: std::system_error when writing to it fails.
    std::uint64_t copyTo(int descriptor, std::uint64_t count);

    // poll(2) that suspends only this handler: waits until a descriptor is ready, a `watched`
    // event or ClientEvent::Lost holds, or `limit` has passed (negative: for ever).
    // The descriptors stay the caller's.
    virtual WaitResult wait(std::span<pollfd> descriptors, std::chrono::milliseconds limit,
                            ClientEvent watched = ClientEvent::None) = 0;

    // Limits each later wait for the client's bytes. Zero: no limit. Starts as the service's
    // `idle_timeout`. Writing is limited by the service's `write_timeout`. Throws nothing: what
    // gives a limit back may be a destructor.
    virtual void setTimeout(std::chrono::milliseconds limit) = 0;
    // The limit that holds now, to be set again after another one.
    [[nodiscard]] virtual std::chrono::milliseconds timeout() const noexcept = 0;

    // Printable addresses, such as "127.0.0.1:51515", "[::1]:51515" or "unix:PATH". Valid as
    // long as the Connection.
    [[nodiscard]] virtual std::string_view peer() const noexcept = 0;
    [[nodiscard]] virtual std::string_view local() const noexcept = 0;

protected:
    Connection() = default;
};

}  // namespace berth
