// host/log/log_options.h - where and how the host logs, as [host] says it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "berth/log.h"
#include "berth/settings.h"
#include "host/base/option_table.h"

namespace berth::host {

enum class LogFormat { Text, Json };

struct LogOptions {
    LogLevel logLevel = LogLevel::Information;
    LogFormat logFormat = LogFormat::Text;
    std::string log = "stderr";                         // stderr, syslog, or a file's path
    ByteCount logRotateSize{std::uint64_t{100} << 20};  // of a log file; 0: never rotated
    std::size_t logRotateCount = 5;                     // rotated files kept
    bool accessLog = true;                              // one line at the end of each connection
    std::string auditLog;                               // a file's path; empty: the log

    // Adds its rows. `Options` is derived from this.
    template <class Options>
    static void describe(OptionTable<Options>& table);
    void validate(SettingIssues& issues) const;

    bool operator==(const LogOptions&) const = default;
};

template <class Options>
void LogOptions::describe(OptionTable<Options>& table) {
    table.choice("log_level", &LogOptions::logLevel,
                 {{"debug", LogLevel::Debug},
                  {"information", LogLevel::Information},
                  {"warning", LogLevel::Warning},
                  {"error", LogLevel::Error}},
                 "The least important lines that are logged.");
    table.choice("log_format", &LogOptions::logFormat,
                 {{"text", LogFormat::Text}, {"json", LogFormat::Json}},
                 "Lines for people, or one JSON object a line.");
    table.field("log", &LogOptions::log, "Where lines go: `stderr`, `syslog`, or a file's path.");
    table.field("log_rotate_size", &LogOptions::logRotateSize,
                "A log file that grew so large is renamed and begun anew. 0: never.");
    table.field("log_rotate_count", &LogOptions::logRotateCount, "Renamed log files that are kept.")
        .range(1, 1000);
    table.field("access_log", &LogOptions::accessLog,
                "Whether the end of each connection is logged.");
    table.field(
        "audit_log", &LogOptions::auditLog,
        "A file for the changes made through the control port. Not given: they go to the log.");
}

}  // namespace berth::host
