// sdk/src/test_context.cpp - log lines and counters kept in memory.
#include "berth/testing/test_context.h"

#include <atomic>
#include <functional>
#include <map>
#include <utility>

#include "berth/detail/mutex.h"

namespace berth::testing {
namespace {

constexpr std::string_view name(LogLevel level) {
    switch (level) {
        case LogLevel::Debug:
            return "debug";
        case LogLevel::Information:
            return "information";
        case LogLevel::Warning:
            return "warning";
        case LogLevel::Error:
            return "error";
    }
    return "unknown";
}

class MemoryLog final : public Log {
public:
    [[nodiscard]] bool enabled(LogLevel) const noexcept override { return true; }

    void write(LogLevel level, std::string_view text) override {
        const detail::Lock lock(mutex_);
        lines_.push_back(std::string(name(level)) + ": " + std::string(text));
    }

    [[nodiscard]] std::vector<std::string> lines() const {
        const detail::Lock lock(mutex_);
        return lines_;
    }

private:
    mutable detail::Mutex mutex_;
    std::vector<std::string> lines_ BERTH_GUARDED_BY(mutex_);
};

// Metrics by name. A map never moves its nodes, so that references stay valid.
template <class Metric>
class Registry {
public:
    Metric& at(std::string_view name) {
        const detail::Lock lock(mutex_);
        return metrics_[std::string(name)];
    }

private:
    detail::Mutex mutex_;
    std::map<std::string, Metric> metrics_ BERTH_GUARDED_BY(mutex_);
};

}  // namespace

struct TestContext::State {
    explicit State(std::string name) : serviceName(std::move(name)) {}

    const std::string serviceName;
    MemoryLog log;
    Registry<Counter> counters;
    Registry<Gauge> gauges;
    std::atomic<bool> draining{false};
};

TestContext::TestContext(std::string serviceName)
    : state_(std::make_unique<State>(std::move(serviceName))) {}

TestContext::~TestContext() = default;

std::vector<std::string> TestContext::logLines() const {
    return state_->log.lines();
}

void TestContext::setDraining(bool draining) {
    state_->draining = draining;
}

std::string_view TestContext::serviceName() const noexcept {
    return state_->serviceName;
}

Log& TestContext::log() noexcept {
    return state_->log;
}

Counter& TestContext::counter(std::string_view name, std::string_view) {
    return state_->counters.at(name);
}

Gauge& TestContext::gauge(std::string_view name, std::string_view) {
    return state_->gauges.at(name);
}

bool TestContext::draining() const noexcept {
    return state_->draining;
}

void TestContext::runBlocking(const std::function<void()>& work) {
    work();
}

}  // namespace berth::testing
