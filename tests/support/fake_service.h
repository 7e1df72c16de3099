// tests/support/fake_service.h - services without clients: what was asked of them is noted, and
// what they answer is set by the test.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/service/running_service.h"

namespace berth::test {

// What was asked of several fakes, in the order in which it came: "shout: close". Threads: any.
class CallLog {
public:
    void note(const std::string& service, const std::string& call) {
        const std::lock_guard lock(mutex_);
        calls_.push_back(service + ": " + call);
    }
    [[nodiscard]] std::vector<std::string> all() const {
        const std::lock_guard lock(mutex_);
        return calls_;
    }
    [[nodiscard]] std::size_t count(const std::string& call) const {
        const auto calls = all();
        return static_cast<std::size_t>(std::ranges::count(calls, call));
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> calls_;
};

// What a FakeService answers, and what it was given. A call changes the answers as the real thing
// would: after commit() the version is the prepared one, after settle() the service is stopped.
struct FakeState {
    host::ServiceConfig config;
    host::ServiceState state = host::ServiceState::Serving;
    std::string reason;
    host::DeployedVersionPtr version;
    host::DeployedVersionPtr prepared;  // what the next PreparedService has; may be null
    host::Engine::Listeners listeners;
    std::deque<bool> settles;  // by and by; then true
    bool sweeps = true;
    std::map<std::uint64_t, std::size_t> openOn;  // by version; cutting does not end them
    std::vector<host::ConnectionStatus> connections;
    std::vector<host::PinStatus> pins;
    std::vector<host::FileIdentity> rejected;

    // --- what it was given ---
    std::shared_ptr<const host::ClientSetup> setup;
    std::shared_ptr<host::Canary> canary;
    std::vector<host::RunningService::Clock::time_point> settledBy;
    host::Engine::Listeners lastKept;  // after listenOnly()
};

// Threads: any. What a test sets it sets by change().
class FakeService final : public host::RunningService {
public:
    FakeService(const host::ServiceConfig& config, std::shared_ptr<CallLog> calls)
        : name_(config.name), calls_(std::move(calls)) {
        state_.config = config;
    }

    template <class Change>
    void change(Change&& change) {
        const std::lock_guard lock(mutex_);
        change(state_);
    }
    [[nodiscard]] FakeState now() const {
        const std::lock_guard lock(mutex_);
        return state_;
    }
    // Called by settle() without a lock.
    void onSettle(std::function<void()> hook) { onSettle_ = std::move(hook); }
    // Called by prepare(), which throws what it throws.
    void onPrepare(std::function<void(const host::ServiceChange&)> hook) {
        onPrepare_ = std::move(hook);
    }

    // --- changes ---
    [[nodiscard]] std::unique_ptr<host::PreparedService> prepare(
        host::ServiceChange change) override;
    void replaceConfig(host::ServiceConfig config) noexcept override {
        note("replaceConfig");
        change([&](FakeState& state) { state.config = std::move(config); });
    }
    void setState(host::ServiceState state, std::string reason) noexcept override {
        note("setState " + std::string(toString(state)) + ", " + reason);
        change([&](FakeState& known) {
            known.state = state;
            known.reason = std::move(reason);
        });
    }
    bool rollBack(const host::DeployedVersionPtr& failed, const host::DeployedVersionPtr& before,
                  std::string reason) noexcept override {
        note("rollBack, " + reason);
        const std::lock_guard lock(mutex_);
        if (state_.version != failed) return false;
        state_.version = before;
        return true;
    }
    [[nodiscard]] bool rejects(const host::FileIdentity& file) const override {
        const auto rejected = now().rejected;
        return std::ranges::find(rejected, file) != rejected.end();
    }
    void forgetRejected(const host::FileIdentity& file) noexcept override {
        change([&](FakeState& state) { std::erase(state.rejected, file); });
    }

    // --- its end ---
    void refuseClients() noexcept override { note("refuseClients"); }
    void liftLimits() override { note("liftLimits"); }
    void listenOnly(const host::Engine::Listeners& kept) noexcept override {
        note("listenOnly");
        change([&](FakeState& state) {
            std::erase_if(state.listeners, [&](const auto& listener) {
                return std::ranges::find(kept, listener) == kept.end();
            });
            state.lastKept = state.listeners;
        });
    }
    void close() noexcept override {
        note("close");
        change([](FakeState& state) {
            state.listeners.clear();
            state.state = host::ServiceState::Draining;
        });
    }
    bool settle(Clock::time_point deadline, std::string reason) noexcept override {
        note("settle, " + reason);
        if (onSettle_) onSettle_();
        const std::lock_guard lock(mutex_);
        state_.settledBy.push_back(deadline);
        const bool settled = next(state_.settles);
        if (settled) {
            state_.version.reset();
            state_.state = host::ServiceState::Stopped;
            state_.reason = std::move(reason);
        }
        return settled;
    }
    bool sweepEngines() noexcept override { return now().sweeps; }

    // --- its connections ---
    [[nodiscard]] std::size_t open() const override { return now().connections.size(); }
    [[nodiscard]] std::vector<host::ConnectionStatus> connections() const override {
        return now().connections;
    }
    [[nodiscard]] std::size_t openOn(std::uint64_t version) const override {
        const auto open = now().openOn;
        const auto found = open.find(version);
        return found == open.end() ? 0 : found->second;
    }
    bool cut(std::uint64_t id, host::CutReason reason) override {
        const auto ids = idsOf(now());
        if (std::ranges::find(ids, id) == ids.end()) return false;
        note("cut " + std::to_string(id) + reasonText(reason));
        return true;
    }
    ConnectionIds cutVersion(std::uint64_t version, host::CutReason reason) override {
        note("cutVersion " + std::to_string(version) + reasonText(reason));
        return ConnectionIds(openOn(version));
    }
    ConnectionIds cutAll(host::CutReason reason) override {
        note("cutAll" + reasonText(reason));
        return idsOf(now());
    }
    [[nodiscard]] std::vector<host::PinStatus> pins() const override { return now().pins; }

    // --- waiting: for nothing ---
    [[nodiscard]] bool waitState(host::ServiceState state, Clock::time_point) const override {
        return this->state() == state;
    }
    [[nodiscard]] bool waitIdle(Clock::time_point) const override {
        return now().connections.empty();
    }
    [[nodiscard]] bool waitNobody(Clock::time_point) const override {
        note("waitNobody");
        return now().connections.empty();
    }
    [[nodiscard]] bool waitEnded(const ConnectionIds&, Clock::time_point) const override {
        return now().connections.empty();
    }
    [[nodiscard]] bool waitUnpinned(std::string_view, Clock::time_point) const override {
        return now().pins.empty();
    }
    bool waitOldGone(Clock::time_point) override { return now().sweeps; }

    // --- looking ---
    [[nodiscard]] const std::string& name() const noexcept override { return name_; }
    [[nodiscard]] host::ServiceConfig config() const override { return now().config; }
    [[nodiscard]] host::ServiceState state() const override { return now().state; }
    [[nodiscard]] host::DeployedVersionPtr version() const override { return now().version; }
    [[nodiscard]] host::Engine::Listeners listeners() const override { return now().listeners; }
    [[nodiscard]] host::ServiceStatus status() const override {
        const auto known = now();
        host::ServiceStatus status;
        status.name = name_;
        status.state = known.state;
        status.reason = known.reason;
        status.connections.open = known.connections.size();
        return status;
    }

    void note(const std::string& call) const { calls_->note(name_, call); }

private:
    static bool next(std::deque<bool>& answers) {
        if (answers.empty()) return true;
        const bool answer = answers.front();
        answers.pop_front();
        return answer;
    }
    static ConnectionIds idsOf(const FakeState& state) {
        ConnectionIds ids;
        for (const auto& connection : state.connections) ids.push_back(connection.id);
        return ids;
    }
    static std::string reasonText(host::CutReason reason) {
        return reason == host::CutReason::Drained ? ", drained" : ", killed";
    }

    const std::string name_;
    const std::shared_ptr<CallLog> calls_;
    std::function<void()> onSettle_;
    std::function<void(const host::ServiceChange&)> onPrepare_;
    mutable std::mutex mutex_;
    FakeState state_;
};

// Lifetime: borrows the service.
class FakePreparedService final : public host::PreparedService {
public:
    FakePreparedService(FakeService& service, host::ServiceChange change)
        : service_(service), change_(std::move(change)), version_(service.now().prepared) {}

    void listenOn(host::Engine::Listeners listeners) override {
        service_.note("listenOn");
        listeners_ = std::move(listeners);
    }
    [[nodiscard]] host::DeployedVersionPtr version() const override { return version_; }
    void watchBy(std::shared_ptr<host::Canary> canary) noexcept override {
        service_.note("watchBy");
        service_.change([&](FakeState& state) { state.canary = std::move(canary); });
    }
    void commit() noexcept override {
        service_.note("commit");
        service_.change([this](FakeState& state) {
            state.config = change_.config;
            if (change_.setup) state.setup = change_.setup;
            if (!listeners_) return;
            state.state = host::ServiceState::Serving;
            state.listeners = *listeners_;
            if (version_) state.version = version_;
        });
    }

private:
    FakeService& service_;
    const host::ServiceChange change_;
    const host::DeployedVersionPtr version_;
    std::optional<host::Engine::Listeners> listeners_;
};

inline std::unique_ptr<host::PreparedService> FakeService::prepare(host::ServiceChange change) {
    note("prepare");
    if (onPrepare_) onPrepare_(change);
    return std::make_unique<FakePreparedService>(*this, std::move(change));
}

}  // namespace berth::test
