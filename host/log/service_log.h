// host/log/service_log.h - the log of one service, or of a part of the host.
#pragma once

#include <string>

#include "berth/log.h"

namespace berth::host {

class LogSystem;

// Threads:  any.
// Lifetime: the log system lives longer.
class ServiceLog final : public Log {
public:
    ServiceLog(LogSystem& system, std::string source);

    // One atomic load.
    [[nodiscard]] bool enabled(LogLevel level) const noexcept override;
    void write(LogLevel level, std::string_view text) override;

private:
    LogSystem& system_;
    const std::string source_;
};

}  // namespace berth::host
