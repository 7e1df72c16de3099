// host/process/own_process.h - this process, as operators change it.
#pragma once

#include "host/host.h"
#include "host/operate/process_control.h"
#include "host/process/signal_events.h"
#include "host/upgrade/upgrade.h"

namespace berth::host {

// Lifetime: borrows all.
class OwnProcess final : public ProcessControl {
public:
    OwnProcess(const Host& host, LogSystem& logs, SignalEvents& events, Upgrade& upgrade,
               Predecessors& predecessors)
        : host_(host),
          logs_(logs),
          events_(events),
          upgrade_(upgrade),
          predecessors_(predecessors) {}

    [[nodiscard]] LogLevel logLevel() const override;
    void setLogLevel(LogLevel level) override;
    ChangeResult reopenLogs() override;

    void requestShutdown(Shutdown how) override;
    ChangeResult upgrade(const std::filesystem::path& binary) override;
    void leave() override;
    [[nodiscard]] std::optional<ChangeResult> handedOver() const override;

    [[nodiscard]] std::vector<long> oldProcesses() const override;
    [[nodiscard]] std::vector<ConnectionStatus> oldConnections(
        std::string_view service) const override;
    std::optional<long> killOld(std::uint64_t connection) override;
    std::size_t killOldService(std::string_view service) override;

private:
    const Host& host_;
    LogSystem& logs_;
    SignalEvents& events_;
    Upgrade& upgrade_;
    Predecessors& predecessors_;
};

}  // namespace berth::host
