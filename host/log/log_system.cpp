// host/log/log_system.cpp - puts the parts of logging together.
#include "host/log/log_system.h"

#include <chrono>
#include <utility>

#include "host/log/log_setup.h"

namespace berth::host {
namespace {

bool sameSink(const LogOptions& a, const LogOptions& b) {
    return a.log == b.log && a.logRotateSize == b.logRotateSize &&
           a.logRotateCount == b.logRotateCount;
}

std::string lostNotice(std::uint64_t count, LineStyle style) {
    return toLine({.time = std::chrono::system_clock::now(),
                   .level = LogLevel::Warning,
                   .source = "host",
                   .text = std::to_string(count) + " log lines were lost"},
                  style);
}

}  // namespace

LogSystem::LogSystem(const LogOptions& options) : LogSystem(options, makeSink(options)) {}

LogSystem::LogSystem(const LogOptions& options, std::unique_ptr<LogSink> sink)
    : level_(options.logLevel),
      style_(std::make_shared<std::atomic<LineStyle>>(lineStyle(options))),
      accessEnabled_(options.accessLog),
      options_(options),
      queue_(std::move(sink),
             [style = style_](std::uint64_t count) { return lostNotice(count, *style); }),
      hostLog_(*this, "host"),
      accessLog_(*this),
      auditLog_(*this, options.auditLog) {}

std::unique_ptr<Log> LogSystem::open(std::string source) {
    return std::make_unique<ServiceLog>(*this, std::move(source));
}

bool LogSystem::write(LogLevel level, std::string_view source, std::string_view text,
                      std::span<const LogField> fields) {
    const LogEvent event{.time = std::chrono::system_clock::now(),
                         .level = level,
                         .source = source,
                         .text = text,
                         .fields = fields};
    return queue_.push(level, toLine(event, style()));
}

void LogSystem::reconfigure(const LogOptions& options) {
    auto next = options;
    auto sink = sameSink(options, options_) ? nullptr : makeSink(options);
    const bool otherAudit = options.auditLog != options_.auditLog;
    if (otherAudit) auditLog_.replaceFile(options.auditLog);
    try {
        if (sink) queue_.replaceSink(std::move(sink));
    } catch (const std::exception&) {
        if (otherAudit) auditLog_.replaceFile(options_.auditLog);
        throw;
    }
    *style_ = lineStyle(options);
    accessEnabled_ = options.accessLog;
    setLevel(options.logLevel);
    std::swap(options_, next);
}

void LogSystem::reopen() {
    auditLog_.reopen();
    queue_.reopen();
}

}  // namespace berth::host
