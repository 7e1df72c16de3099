// host/log/log_sink.h - where lines end up.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "berth/log.h"

namespace berth::host {

// Some lines, one behind the other in one text so that a sink can write them at once.
struct LogBatch {
    struct Line {
        LogLevel level;
        std::size_t begin;   // offset in `text`
        std::size_t length;  // without the line break
    };

    std::string text;  // each line ends with a line break
    std::vector<Line> lines;

    void append(LogLevel level, std::string_view line);
    void clear() noexcept;
    [[nodiscard]] bool empty() const noexcept { return lines.empty(); }
    [[nodiscard]] std::string_view at(const Line& line) const noexcept {
        return std::string_view(text).substr(line.begin, line.length);
    }
};

// Threads: used by one thread at a time, the queue's writer.
class LogSink {
public:
    LogSink(const LogSink&) = delete;
    LogSink& operator=(const LogSink&) = delete;
    virtual ~LogSink() = default;

    // Gives lines to the operating system, from the one with the index `first` on, and returns how
    // many. Fewer than all: it takes no more for a moment, and the rest is offered again.
    // Throws: std::runtime_error, with the reason in one line; the lines are lost then.
    [[nodiscard]] virtual std::size_t write(const LogBatch& batch, std::size_t first) = 0;
    // Opens the file again at its path, after somebody renamed it.
    // Throws: std::runtime_error; the old file stays in use then.
    virtual void reopen() {}

protected:
    LogSink() = default;
};

}  // namespace berth::host
