// kit/test_bed.cpp
#include "kit/test_bed.h"

#include <utility>

#include "host/engine/fiber_engine.h"
#include "host/engine/thread_engine.h"

namespace berth::kit {
namespace {

constexpr std::size_t kMostThreads = 256;

class NoLog final : public Log {
public:
    [[nodiscard]] bool enabled(LogLevel) const noexcept override { return false; }
    void write(LogLevel, std::string_view) override {}
};

}  // namespace

std::shared_ptr<host::Listener> openListener() {
    return std::make_shared<host::Listener>(host::ListenAddress{.host = "127.0.0.1"},
                                            host::ListenOptions{}, host::InheritedSockets{});
}

TestBed::TestBed(const TestPlan& plan, const PluginLoader& loader,
                 const std::shared_ptr<host::Generation>& generation, EngineChoice choice)
    : context_(plan.kind, std::make_shared<NoLog>(), std::make_shared<host::MetricSet>()),
      hosted_(loader.create(generation, context_)),
      sessions_(std::make_shared<KitSessions>(hosted_->service())),
      listener_(openListener()) {
    if (choice == EngineChoice::Fibers) {
        loops_.emplace(1, plan.stackSize);
        loops_->start();
        heartbeat_.emplace(*loops_);
        engine_ = std::make_unique<host::FiberEngine>(plan.kind, *loops_, sessions_);
    } else {
        engine_ = std::make_unique<host::ThreadEngine>(plan.kind, kMostThreads, sessions_);
    }
    engine_->listen({listener_});
}

TestBed::~TestBed() {
    engine_->listen({});
}

std::chrono::milliseconds TestBed::takeLongestWait() noexcept {
    return heartbeat_ ? heartbeat_->takeLongest() : std::chrono::milliseconds(0);
}

std::unique_ptr<host::HostedService> TestBed::close() {
    engine_->listen({});
    return std::move(hosted_);
}

}  // namespace berth::kit
