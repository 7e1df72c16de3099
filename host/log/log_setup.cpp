// host/log/log_setup.cpp - chooses the sink.
#include "host/log/log_setup.h"

#include "host/log/file_sink.h"
#include "host/log/stderr_sink.h"
#include "host/log/syslog_sink.h"

namespace berth::host {

std::unique_ptr<LogSink> makeSink(const LogOptions& options) {
    if (options.log == "stderr") return std::make_unique<StderrSink>();
    if (options.log == "syslog") return std::make_unique<SyslogSink>();
    return std::make_unique<FileSink>(options.log, options.logRotateSize.value,
                                      options.logRotateCount);
}

LineStyle lineStyle(const LogOptions& options) noexcept {
    if (options.logFormat == LogFormat::Json) return LineStyle::Json;
    return options.log == "syslog" ? LineStyle::Syslog : LineStyle::Text;
}

}  // namespace berth::host
