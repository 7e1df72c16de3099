// host/log/log_event.cpp - writes events as text or JSON.
#include "host/log/log_event.h"

#include <array>
#include <charconv>
#include <type_traits>

#include "host/log/escape.h"
#include "host/log/log_time.h"

namespace berth::host {
namespace {

constexpr std::size_t kUsualLength = 320;

void appendNumber(std::string& line, std::uint64_t number) {
    std::array<char, 20> digits{};
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    line.append(digits.data(), result.ptr);
}

// 1.250
void appendSeconds(std::string& line, std::chrono::milliseconds time) {
    const auto total = static_cast<std::uint64_t>(time.count() < 0 ? 0 : time.count());
    appendNumber(line, total / 1000);
    line += '.';
    const auto rest = total % 1000;
    line += static_cast<char>('0' + rest / 100);
    line += static_cast<char>('0' + rest / 10 % 10);
    line += static_cast<char>('0' + rest % 10);
}

// Appends a field's value, texts by `appendText`.
template <class AppendText>
void appendFieldValue(std::string& line, const LogField& field, AppendText appendText) {
    std::visit(
        [&](const auto& value) {
            using Value = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<Value, std::string_view>) {
                appendText(line, value);
            } else if constexpr (std::is_same_v<Value, std::uint64_t>) {
                appendNumber(line, value);
            } else {
                appendSeconds(line, value);
            }
        },
        field.value);
}

void appendTextEvent(std::string& line, const LogEvent& event) {
    appendEscaped(line, event.source);
    line += ": ";
    appendEscaped(line, event.text);
    for (const auto& field : event.fields) {
        line += ' ';
        line += field.name;
        line += '=';
        appendFieldValue(line, field, appendValue);
    }
}

void appendJsonEvent(std::string& line, const LogEvent& event) {
    line += "{\"time\":\"";
    appendTime(line, event.time);
    line += "\",\"level\":\"";
    line += toString(event.level);
    line += "\",\"source\":";
    appendJson(line, event.source);
    line += ",\"text\":";
    appendJson(line, event.text);
    for (const auto& field : event.fields) {
        line += ",\"";
        line += field.name;
        line += "\":";
        appendFieldValue(line, field, appendJson);
    }
    line += '}';
}

}  // namespace

std::string_view toString(LogLevel level) noexcept {
    switch (level) {
        case LogLevel::Debug:
            return "debug";
        case LogLevel::Information:
            return "information";
        case LogLevel::Warning:
            return "warning";
        case LogLevel::Error:
            return "error";
    }
    return "error";
}

void appendLine(std::string& line, const LogEvent& event, LineStyle style) {
    if (style == LineStyle::Json) return appendJsonEvent(line, event);
    if (style == LineStyle::Text) {
        appendTime(line, event.time);
        line += ' ';
        line += toString(event.level);
        line += ' ';
    }
    appendTextEvent(line, event);
}

std::string toLine(const LogEvent& event, LineStyle style) {
    std::string line;
    line.reserve(kUsualLength);
    appendLine(line, event, style);
    return line;
}

}  // namespace berth::host
