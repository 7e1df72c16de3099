// host/control/host_adapter.h - the operations of the control port, done by the Host.
#pragma once

#include <functional>
#include <utility>

#include "host/control/operations.h"

namespace berth::host {
class Host;
class LogSystem;
}  // namespace berth::host

namespace berth::host::control {

// Lifetime: host and logs outlive it.
class HostAdapter final : public Operations {
public:
    // What concerns the whole process.
    struct Process {
        // Starts the end of the process and returns at once; true: without draining.
        std::function<void(bool now)> shutdown;
        std::function<ChangeResult(const std::filesystem::path&)> upgrade;
        std::function<void()> leave;
    };

    HostAdapter(Host& host, LogSystem& logs, Process process)
        : host_(host), logs_(logs), process_(std::move(process)) {}

    ChangeResult start(std::string_view service) override;
    ChangeResult stop(std::string_view service) override;
    ChangeResult drain(std::string_view service, std::chrono::milliseconds limit) override;
    ChangeResult restart(std::string_view service) override;
    ChangeResult killConnection(std::uint64_t id) override;
    ChangeResult killService(std::string_view service) override;
    ChangeResult reload() override;
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
    void requestShutdown(bool now) override;

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
    Host& host_;
    LogSystem& logs_;
    const Process process_;
};

}  // namespace berth::host::control
