// tests/plugins/upload/crash/recorded_connection.h - a client whose answers are known before they
// leave.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "berth/testing/loopback_connection.h"

namespace berth::test {

class RecordedConnection final : public Connection {
public:
    // Called with what the handler writes, before the client has it.
    using Answered = std::function<void(std::string_view)>;
    explicit RecordedConnection(Answered answered) : answered_(std::move(answered)) {}

    [[nodiscard]] testing::LoopbackConnection& client() noexcept { return client_; }
    [[nodiscard]] const testing::LoopbackConnection& client() const noexcept { return client_; }

    [[nodiscard]] Chunk receive() override { return client_.receive(); }
    [[nodiscard]] Chunk read(std::span<std::byte> buffer) override { return client_.read(buffer); }
    void write(std::span<const std::byte> bytes) override {
        answered_({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        client_.write(bytes);
    }
    void finish() override { client_.finish(); }
    WaitResult wait(std::span<pollfd> descriptors, std::chrono::milliseconds limit,
                    ClientEvent watched) override {
        return client_.wait(descriptors, limit, watched);
    }
    void setTimeout(std::chrono::milliseconds limit) override { client_.setTimeout(limit); }
    [[nodiscard]] std::chrono::milliseconds timeout() const noexcept override {
        return client_.timeout();
    }
    [[nodiscard]] std::string_view peer() const noexcept override { return client_.peer(); }
    [[nodiscard]] std::string_view local() const noexcept override { return client_.local(); }

private:
    testing::LoopbackConnection client_;
    Answered answered_;
};

}  // namespace berth::test
