// host/log/access_log.cpp - turns records into events.
#include "host/log/access_log.h"

#include <array>
#include <span>

#include "host/log/log_system.h"

namespace berth::host {

std::string_view toString(ConnectionEnd end) noexcept {
    switch (end) {
        case ConnectionEnd::Finished:
            return "finished";
        case ConnectionEnd::ClosedByClient:
            return "closed by client";
        case ConnectionEnd::Reset:
            return "reset";
        case ConnectionEnd::IdleTimeout:
            return "idle timeout";
        case ConnectionEnd::WriteTimeout:
            return "write timeout";
        case ConnectionEnd::Lifetime:
            return "lifetime";
        case ConnectionEnd::Drained:
            return "drained";
        case ConnectionEnd::Killed:
            return "killed";
        case ConnectionEnd::ProtocolError:
            return "protocol error";
        case ConnectionEnd::Failed:
            return "failed";
    }
    return "failed";
}

void AccessLog::record(const AccessRecord& record) {
    if (!system_.accessLogEnabled()) return;
    const auto level =
        record.ended == ConnectionEnd::Failed ? LogLevel::Warning : LogLevel::Information;
    if (level < system_.level()) return;
    const std::array fields{LogField{"id", record.id},
                            LogField{"peer", record.peer},
                            LogField{"local", record.local},
                            LogField{"bytes_in", record.bytesIn},
                            LogField{"bytes_out", record.bytesOut},
                            LogField{"seconds", record.duration},
                            LogField{"ended", toString(record.ended)},
                            LogField{"generation", record.generation},
                            LogField{"detail", record.detail}};
    const auto used = fields.size() - (record.detail.empty() ? 1 : 0);
    system_.write(level, record.service, "connection ended", std::span(fields).first(used));
}

}  // namespace berth::host
