// kit/heartbeat.h - another client on the same loop, which asks all the time and notes how long its
// answer took.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "berth/service.h"
#include "host/engine/fiber_engine.h"
#include "kit/client.h"
#include "kit/kit_sessions.h"

namespace berth::kit {

// A handler that blocks its loop keeps the heartbeat from its answer.
// Lifetime: borrows the loops, which are started.
class Heartbeat {
public:
    explicit Heartbeat(host::LoopGroup& loops);
    Heartbeat(const Heartbeat&) = delete;
    Heartbeat& operator=(const Heartbeat&) = delete;
    // Requires: the loop runs, else it never returns.
    ~Heartbeat();

    // The longest that an answer took since the last call; one that is due counts too.
    [[nodiscard]] std::chrono::milliseconds takeLongest() noexcept;

private:
    class Answering final : public Service {
    public:
        void handle(Connection& client) override {
            while (const auto bytes = client.receive()) client.write(bytes);
        }
    };

    void beat(const std::stop_token& stop);
    void note(std::chrono::milliseconds took) noexcept;

    Answering service_;
    std::shared_ptr<KitSessions> sessions_;
    host::FiberEngine engine_;
    std::shared_ptr<host::Listener> listener_;
    std::atomic<std::chrono::milliseconds> longest_{};
    std::unique_ptr<Client> client_;
    std::jthread thread_;
};

}  // namespace berth::kit
