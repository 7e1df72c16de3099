// host/log/log_system.h - START HERE: all logging of one host, without globals.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "berth/log.h"
#include "host/log/access_log.h"
#include "host/log/audit_log.h"
#include "host/log/log_event.h"
#include "host/log/log_options.h"
#include "host/log/log_queue.h"
#include "host/log/service_log.h"

namespace berth::host {

// Owned by the application. Lines are formatted by the thread that logs them and written by a
// thread of the log system; the destructor writes what is waiting, for a few seconds at most.
// Several can live in one process.
//
// Threads: any, reconfigure() one at a time.
class LogSystem {
public:
    // Throws: std::runtime_error when a file cannot be opened, with path and reason in one line.
    explicit LogSystem(const LogOptions& options);
    // With a sink of the caller's in place of what options.log names.
    LogSystem(const LogOptions& options, std::unique_ptr<LogSink> sink);
    LogSystem(const LogSystem&) = delete;
    LogSystem& operator=(const LogSystem&) = delete;

    // For what the host itself has to say; its source is "host".
    [[nodiscard]] Log& host() noexcept { return hostLog_; }
    // For a service. The log must be gone before the system.
    [[nodiscard]] std::unique_ptr<Log> open(std::string source);
    [[nodiscard]] AccessLog& access() noexcept { return accessLog_; }
    [[nodiscard]] AuditLog& audit() noexcept { return auditLog_; }

    // Writes an event of any level. False when there was no room for it, and it is lost.
    bool write(LogLevel level, std::string_view source, std::string_view text,
               std::span<const LogField> fields = {});

    [[nodiscard]] LogLevel level() const noexcept { return level_.load(std::memory_order_relaxed); }
    void setLevel(LogLevel level) noexcept { level_.store(level, std::memory_order_relaxed); }
    [[nodiscard]] LineStyle style() const noexcept {
        return style_->load(std::memory_order_relaxed);
    }
    [[nodiscard]] bool accessLogEnabled() const noexcept {
        return accessEnabled_.load(std::memory_order_relaxed);
    }

    // Puts other options in force; files are opened only where their keys changed.
    // Throws: std::runtime_error, and nothing has changed then; also when the log is stuck.
    void reconfigure(const LogOptions& options);
    // Opens the log files again at their paths: logrotate renamed them.
    // Throws: std::runtime_error; the old files stay in use then. Also when the log is stuck.
    void reopen();
    // Waits until all lines written before are with the operating system, or lost. False when the
    // log takes none for a second.
    bool flush() { return queue_.flush(); }
    // Lines that were lost because the log could not keep up or could not be written.
    [[nodiscard]] std::uint64_t lost() const { return queue_.lost(); }

private:
    std::atomic<LogLevel> level_;
    const std::shared_ptr<std::atomic<LineStyle>> style_;  // the writer may outlive this object
    std::atomic<bool> accessEnabled_;
    LogOptions options_;
    LogQueue queue_;
    ServiceLog hostLog_;
    AccessLog accessLog_;
    AuditLog auditLog_;
};

}  // namespace berth::host
