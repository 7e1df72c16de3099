// kit/guarded_connection.h - a connection whose lent bytes cannot be used once they are gone.
#pragma once

#include <cstddef>

#include "berth/connection.h"

namespace berth::kit {

// Lends each chunk in memory of its own, up to the end of a page, and takes that memory away when
// the handler receives again: whoever uses it then is stopped at that place.
//
// Threads: as a Connection. Lifetime: refers to the inner one.
class GuardedConnection final : public Connection {
public:
    explicit GuardedConnection(Connection& inner) : inner_(inner) {}
    ~GuardedConnection() override;

    [[nodiscard]] Chunk receive() override;
    [[nodiscard]] Chunk read(std::span<std::byte> buffer) override;
    void write(std::span<const std::byte> bytes) override { inner_.write(bytes); }
    void finish() override { inner_.finish(); }
    WaitResult wait(std::span<pollfd> descriptors, std::chrono::milliseconds limit,
                    ClientEvent watched) override {
        return inner_.wait(descriptors, limit, watched);
    }
    void setTimeout(std::chrono::milliseconds limit) override { inner_.setTimeout(limit); }
    [[nodiscard]] std::chrono::milliseconds timeout() const noexcept override {
        return inner_.timeout();
    }
    [[nodiscard]] std::string_view peer() const noexcept override { return inner_.peer(); }
    [[nodiscard]] std::string_view local() const noexcept override { return inner_.local(); }

    // Whether the address lies in memory that was taken away. Async-signal-safe.
    [[nodiscard]] static bool wasLent(const void* address) noexcept;

private:
    // The memory that is lent now stays mapped, so that nothing else comes to lie there, but can
    // neither be read nor written.
    void takeBack() noexcept;

    Connection& inner_;
    std::byte* lent_ = nullptr;  // owned
    std::size_t size_ = 0;       // in whole pages
};

}  // namespace berth::kit
