// kit/test_bed.h - a service of the plugin on one engine of the host, with a port.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "host/engine/engine.h"
#include "host/fiber/loop_group.h"
#include "host/service/service_context.h"
#include "kit/heartbeat.h"
#include "kit/kit_sessions.h"
#include "kit/loaded_plugin.h"

namespace berth::kit {

enum class EngineChoice { Threads, Fibers };

// A listener on a port of 127.0.0.1 that the kernel chooses. Throws: host::ListenError.
[[nodiscard]] std::shared_ptr<host::Listener> openListener();

// The same engine, loops and Connection as in the host, and what a host does between them and the
// plugin as short as can be. One loop, so that every client shares it with the heartbeat.
//
// Threads: one.
class TestBed {
public:
    // Throws: TestFailed when the plugin makes no service, std::exception for the rest.
    TestBed(const TestPlan& plan, const PluginLoader& loader,
            const std::shared_ptr<host::Generation>& generation, EngineChoice choice);
    TestBed(const TestBed&) = delete;
    TestBed& operator=(const TestBed&) = delete;
    // Requires: no client is left.
    ~TestBed();

    [[nodiscard]] std::uint16_t port() const noexcept { return listener_->bound().port; }
    [[nodiscard]] KitSessions& sessions() noexcept { return *sessions_; }
    // The longest that another client of the loop waited since the last call; zero on threads.
    [[nodiscard]] std::chrono::milliseconds takeLongestWait() noexcept;
    // Takes no clients any more and gives up the service.
    [[nodiscard]] std::unique_ptr<host::HostedService> close();

private:
    host::ServiceContext context_;
    std::unique_ptr<host::HostedService> hosted_;
    std::shared_ptr<KitSessions> sessions_;
    std::shared_ptr<host::Listener> listener_;
    std::optional<host::LoopGroup> loops_;
    std::optional<Heartbeat> heartbeat_;
    std::unique_ptr<host::Engine> engine_;
};

}  // namespace berth::kit
