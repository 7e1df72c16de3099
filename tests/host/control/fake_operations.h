// tests/host/control/fake_operations.h - operations without a host: what was asked is noted, and
// what is answered is set by the test.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "host/operate/operations.h"

namespace berth::test {

using host::ChangeResult;
using host::ConnectionStatus;
using host::HostStatus;
using host::PinStatus;
using host::PluginStatus;
using host::ServiceState;
using host::ServiceStatus;

// Two services: shout (serving, 2 open of 90412) and quiet (stopped). Threads: any.
class FakeOperations final : public host::Inventory,
                             public host::ServiceControl,
                             public host::PluginControl,
                             public host::ProcessControl {
public:
    FakeOperations();
    [[nodiscard]] host::Operations operations() noexcept { return {*this, *this, *this, *this}; }

    // Every change that was asked for, such as "stop shout".
    [[nodiscard]] std::vector<std::string> asked() const;
    // Calls of waitState() and waitIdle() that wait just now.
    [[nodiscard]] int waits() const;
    // What the next changes answer; by default success with what was asked as its text.
    void answer(ChangeResult result);
    void update(const std::string& service, const std::function<void(ServiceStatus&)>& change);
    void add(ServiceStatus service);
    void setPlugins(std::vector<PluginStatus> plugins);
    void setConnections(std::vector<ConnectionStatus> connections);
    void setPins(std::vector<PinStatus> pins);
    void setConfiguration(std::vector<std::string> lines);
    void throwInsteadOf(std::string what);

    ChangeResult start(std::string_view service) override;
    ChangeResult stop(std::string_view service) override;
    ChangeResult drain(std::string_view service, std::chrono::milliseconds limit) override;
    ChangeResult restart(std::string_view service) override;
    ChangeResult killConnection(std::uint64_t id) override;
    ChangeResult killService(std::string_view service) override;
    ChangeResult reload(bool allowEmpty) override;
    ChangeResult planReload() override;
    ChangeResult load(const std::filesystem::path& file,
                      std::optional<std::chrono::milliseconds> killAfter) override;
    ChangeResult unload(std::string_view plugin) override;
    ChangeResult set(std::string_view service, std::string_view key,
                     std::string_view value) override;
    void setLogLevel(LogLevel level) override;
    ChangeResult reopenLogs() override;
    ChangeResult upgrade(const std::filesystem::path& binary) override;
    void leave() override;
    [[nodiscard]] std::optional<host::ChangeResult> handedOver() const override {
        return std::nullopt;
    }
    void requestShutdown(host::Shutdown how) override;
    [[nodiscard]] std::vector<long> oldProcesses() const override { return {}; }
    [[nodiscard]] std::vector<ConnectionStatus> oldConnections(std::string_view) const override {
        return {};
    }
    std::optional<long> killOld(std::uint64_t) override { return std::nullopt; }
    std::size_t killOldService(std::string_view) override { return 0; }
    [[nodiscard]] bool waitState(std::string_view service, ServiceState state,
                                 std::chrono::milliseconds limit) const override;
    [[nodiscard]] bool waitIdle(std::string_view service,
                                std::chrono::milliseconds limit) const override;
    [[nodiscard]] bool waitUnpinned(std::string_view plugin,
                                    std::chrono::milliseconds limit) const override;
    [[nodiscard]] HostStatus status() const override;
    [[nodiscard]] std::vector<ServiceStatus> services() const override;
    [[nodiscard]] std::optional<ServiceStatus> service(std::string_view name) const override;
    [[nodiscard]] std::vector<std::string> serviceNames() const override;
    [[nodiscard]] std::vector<PluginStatus> plugins() const override;
    [[nodiscard]] std::vector<ConnectionStatus> connections(
        std::string_view service) const override;
    [[nodiscard]] std::vector<PinStatus> pins(std::string_view plugin) const override;
    [[nodiscard]] std::vector<std::string> show(std::string_view service) const override;
    [[nodiscard]] LogLevel logLevel() const override;

private:
    ChangeResult note(const std::string& request);
    bool waitFor(std::string_view service, std::chrono::milliseconds limit,
                 const std::function<bool(const ServiceStatus&)>& reached) const;

    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    mutable int waits_ = 0;
    std::vector<std::string> asked_;
    std::optional<ChangeResult> answer_;
    std::string exception_;
    std::vector<ServiceStatus> services_;
    std::vector<PluginStatus> plugins_;
    std::vector<ConnectionStatus> connections_;
    std::vector<PinStatus> pins_;
    std::vector<std::string> configuration_;
    LogLevel level_ = LogLevel::Information;
};

[[nodiscard]] ServiceStatus makeService(const std::string& name, ServiceState state);

}  // namespace berth::test
