// host/log/log_system.cpp - puts the parts of logging together.
#include "host/log/log_system.h"

#include <chrono>
#include <utility>

#include "host/log/log_setup.h"

namespace berth::host {
namespace {

bool sameSink(const HostOptions& a, const HostOptions& b) {
    return a.log == b.log && a.logRotateSize == b.logRotateSize &&
           a.logRotateCount == b.logRotateCount;
}

}  // namespace

LogSystem::LogSystem(const HostOptions& options) : LogSystem(options, makeSink(options)) {}

LogSystem::LogSystem(const HostOptions& options, std::unique_ptr<LogSink> sink)
    : level_(options.logLevel),
      style_(lineStyle(options)),
      accessEnabled_(options.accessLog),
      options_(options),
      queue_(std::move(sink), [this](std::uint64_t count) { return lostNotice(count); }),
      hostLog_(*this, "host"),
      accessLog_(*this),
      auditLog_(*this, options.auditLog) {}

std::unique_ptr<Log> LogSystem::open(std::string source) {
    return std::make_unique<ServiceLog>(*this, std::move(source));
}

void LogSystem::write(LogLevel level, std::string_view source, std::string_view text,
                      std::span<const LogField> fields) {
    const LogEvent event{.time = std::chrono::system_clock::now(),
                         .level = level,
                         .source = source,
                         .text = text,
                         .fields = fields};
    queue_.push(level, toLine(event, style()));
}

void LogSystem::reconfigure(const HostOptions& options) {
    auto sink = sameSink(options, options_) ? nullptr : makeSink(options);
    if (options.auditLog != options_.auditLog) auditLog_.replaceFile(options.auditLog);
    if (sink) queue_.replaceSink(std::move(sink));
    style_ = lineStyle(options);
    accessEnabled_ = options.accessLog;
    setLevel(options.logLevel);
    options_ = options;
}

void LogSystem::reopen() {
    auditLog_.reopen();
    queue_.reopen();
}

std::string LogSystem::lostNotice(std::uint64_t count) const {
    return toLine({.time = std::chrono::system_clock::now(),
                   .level = LogLevel::Warning,
                   .source = "host",
                   .text = std::to_string(count) + " log lines were lost"},
                  style());
}

}  // namespace berth::host
