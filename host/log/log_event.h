// host/log/log_event.h - what is logged, and the line that it becomes.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "berth/log.h"

namespace berth::host {

// A named detail: `bytes_in=512` in text, a member of the object in JSON. A duration is written
// in seconds with milliseconds.
struct LogField {
    std::string_view name;
    std::variant<std::string_view, std::uint64_t, std::chrono::milliseconds> value;
};

// Lifetime: views into what the caller holds; made, turned into a line, and forgotten.
struct LogEvent {
    std::chrono::system_clock::time_point time;
    LogLevel level = LogLevel::Information;
    std::string_view source;  // the service's name, "host", "control"
    std::string_view text;
    std::span<const LogField> fields{};
};

enum class LineStyle {
    Text,   // 2026-11-22T12:31:31.250Z information shout: text name=value
    Json,   // {"time":"...","level":"information","source":"shout","text":"...","name":value}
    Syslog  // shout: text name=value; syslog adds time and level itself
};

[[nodiscard]] std::string_view toString(LogLevel level) noexcept;

// Appends one line without its line break, whatever the event holds. Takes no memory beyond the
// line's own.
void appendLine(std::string& line, const LogEvent& event, LineStyle style);
[[nodiscard]] std::string toLine(const LogEvent& event, LineStyle style);

}  // namespace berth::host
