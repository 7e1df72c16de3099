// host/log/syslog_sink.h - lines for the machine's syslog.
#pragma once

#include <Poco/AutoPtr.h>
#include <Poco/SyslogChannel.h>

#include "host/log/log_sink.h"

namespace berth::host {

// Facility `daemon`, as `berthd[PID]`.
class SyslogSink final : public LogSink {
public:
    SyslogSink();
    std::size_t write(const LogBatch& batch, std::size_t first) override;

private:
    Poco::AutoPtr<Poco::SyslogChannel> channel_;
};

}  // namespace berth::host
