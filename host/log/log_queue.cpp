// host/log/log_queue.cpp - bounds every wait for the writer.
#include "host/log/log_queue.h"

#include <chrono>
#include <stdexcept>
#include <utility>

#include "berth/detail/require.h"
#include "host/log/log_writer.h"

namespace berth::host {
namespace {

using Clock = LogWriter::Clock;

constexpr std::chrono::seconds kFlushTime{1};
constexpr std::chrono::seconds kChangeTime{2};
constexpr std::chrono::seconds kLastWords{2};
constexpr std::chrono::seconds kEndTime{3};  // the writer's last look is behind its last words

}  // namespace

LogQueue::LogQueue(std::unique_ptr<LogSink> sink,
                   std::function<std::string(std::uint64_t)> lostNotice)
    : writer_(std::make_shared<LogWriter>(std::move(sink), std::move(lostNotice))),
      thread_([writer = writer_] { writer->run(); }) {}

LogQueue::~LogQueue() {
    const auto now = Clock::now();
    writer_->end(now + kLastWords);
    if (writer_->waitEnded(now + kEndTime)) {
        thread_.join();
    } else {
        thread_.detach();
    }
}

bool LogQueue::push(LogLevel level, std::string_view line) {
    BERTH_REQUIRE(line.find('\n') == line.npos);
    return writer_->push(level, line);
}

bool LogQueue::flush() {
    return writer_->waitWritten(Clock::now() + kFlushTime);
}

void LogQueue::reopen() {
    change([](std::unique_ptr<LogSink>& sink) { sink->reopen(); });
}

void LogQueue::replaceSink(std::unique_ptr<LogSink> sink) {
    change([fresh = std::make_shared<std::unique_ptr<LogSink>>(std::move(sink))](
               std::unique_ptr<LogSink>& current) { current = std::move(*fresh); });
}

std::uint64_t LogQueue::lost() const {
    return writer_->lost();
}

void LogQueue::change(std::function<void(std::unique_ptr<LogSink>&)> change) {
    if (writer_->change(std::move(change), Clock::now() + kChangeTime)) return;
    throw std::runtime_error(
        "the log is stuck: writing to it does not come back, and a change of it was given up");
}

}  // namespace berth::host
