// tests/fuzz/protocol/host_double.h - a host that notes what it is asked to change. What somebody
// waits for comes true at once.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "host/operate/operations.h"

namespace berth::fuzz {

// Two services: shout serves two clients, quiet is stopped and refuses to change. Names of files
// and reasons are as foreign as they can be.
//
// Threads: one.
class HostDouble final : public host::Inventory,
                         public host::ServiceControl,
                         public host::PluginControl,
                         public host::ProcessControl {
public:
    using Result = host::ChangeResult;
    using Limit = std::chrono::milliseconds;

    HostDouble();
    [[nodiscard]] host::Operations operations() noexcept { return {*this, *this, *this, *this}; }

    // As before the first request.
    void reset();
    [[nodiscard]] const std::vector<std::string>& asked() const noexcept { return asked_; }

    Result start(std::string_view service) override { return change("start", service); }
    Result stop(std::string_view service) override { return change("stop", service); }
    Result drain(std::string_view service, Limit limit) override;
    Result restart(std::string_view service) override { return change("restart", service); }
    Result killConnection(std::uint64_t id) override { return note("kill " + std::to_string(id)); }
    Result killService(std::string_view service) override { return change("kill", service); }
    std::optional<long> killOld(std::uint64_t) override { return std::nullopt; }
    std::size_t killOldService(std::string_view) override { return 0; }
    Result reload(bool allowEmpty) override { return note(allowEmpty ? "reload all" : "reload"); }
    Result planReload() override { return answer("plan"); }
    Result load(const std::filesystem::path& file, std::optional<Limit> killAfter) override;
    Result unload(std::string_view plugin) override { return change("unload", plugin); }
    Result set(std::string_view service, std::string_view key, std::string_view value) override;
    void setLogLevel(LogLevel level) override { level_ = level; }
    Result reopenLogs() override { return note("reopen"); }
    Result upgrade(const std::filesystem::path& binary) override;
    void leave() override;
    [[nodiscard]] std::optional<Result> handedOver() const override;
    void requestShutdown(host::Shutdown how) override {
        static_cast<void>(note(how == host::Shutdown::Now ? "shutdown now" : "shutdown"));
    }

    bool waitState(std::string_view service, host::ServiceState state, Limit limit) const override;
    bool waitIdle(std::string_view service, Limit limit) const override;
    bool waitUnpinned(std::string_view, Limit) const override { return true; }

    [[nodiscard]] host::HostStatus status() const override;
    [[nodiscard]] std::vector<long> oldProcesses() const override { return {12}; }
    [[nodiscard]] std::vector<host::ConnectionStatus> oldConnections(
        std::string_view) const override {
        return {};
    }
    [[nodiscard]] std::vector<host::ServiceStatus> services() const override { return services_; }
    [[nodiscard]] std::optional<host::ServiceStatus> service(std::string_view name) const override;
    [[nodiscard]] std::vector<std::string> serviceNames() const override {
        return {"shout", "quiet"};
    }
    [[nodiscard]] std::vector<host::PluginStatus> plugins() const override;
    [[nodiscard]] std::vector<host::ConnectionStatus> connections(
        std::string_view service) const override;
    [[nodiscard]] std::vector<host::PinStatus> pins(std::string_view plugin) const override;
    [[nodiscard]] std::vector<std::string> show(std::string_view service) const override;
    [[nodiscard]] LogLevel logLevel() const override { return level_; }

private:
    Result note(std::string request);
    Result change(const std::string& verb, std::string_view name);
    static Result answer(std::string text);
    [[nodiscard]] std::vector<host::ServiceStatus*> named(std::string_view service) const;

    std::vector<std::string> asked_;
    // A wait is what changes them.
    mutable std::vector<host::ServiceStatus> services_;
    LogLevel level_ = LogLevel::Information;
    bool left_ = false;
};

}  // namespace berth::fuzz
