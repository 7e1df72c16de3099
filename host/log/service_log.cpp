// host/log/service_log.cpp - adds the source and passes lines on.
#include "host/log/service_log.h"

#include <utility>

#include "host/log/log_system.h"

namespace berth::host {

ServiceLog::ServiceLog(LogSystem& system, std::string source)
    : system_(system), source_(std::move(source)) {}

bool ServiceLog::enabled(LogLevel level) const noexcept {
    return level >= system_.level();
}

void ServiceLog::write(LogLevel level, std::string_view text) {
    if (enabled(level)) system_.write(level, source_, text);
}

}  // namespace berth::host
