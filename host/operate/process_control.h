// host/operate/process_control.h - what concerns the whole process, and those that drain behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "berth/log.h"
#include "host/change/change_result.h"
#include "host/service/service_status.h"

namespace berth::host {

// Threads: any.
class ProcessControl {
public:
    ProcessControl(const ProcessControl&) = delete;
    ProcessControl& operator=(const ProcessControl&) = delete;
    virtual ~ProcessControl() = default;

    [[nodiscard]] virtual LogLevel logLevel() const = 0;
    virtual void setLogLevel(LogLevel level) = 0;
    // Opens the log files again at their paths.
    virtual ChangeResult reopenLogs() = 0;

    // Asks the process to end; returns at once.
    virtual void requestShutdown(Shutdown how) = 0;
    // Replaces the process by a new one; empty: its own binary. On success leave() comes next.
    virtual ChangeResult upgrade(const std::filesystem::path& binary) = 0;
    // Asks the process to drain behind the one that took over; returns at once.
    virtual void leave() = 0;
    // Another process took over: what to tell who asks this one for a change of the whole.
    [[nodiscard]] virtual std::optional<ChangeResult> handedOver() const = 0;

    // --- processes that this one took over from, while they drain ---
    [[nodiscard]] virtual std::vector<long> oldProcesses() const = 0;
    // Of one service, or of all when `service` is empty.
    [[nodiscard]] virtual std::vector<ConnectionStatus> oldConnections(
        std::string_view service) const = 0;
    // Cuts one; returns whose it was.
    virtual std::optional<long> killOld(std::uint64_t connection) = 0;
    // Returns how many it cut.
    virtual std::size_t killOldService(std::string_view service) = 0;

protected:
    ProcessControl() = default;
};

}  // namespace berth::host
