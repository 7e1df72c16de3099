// tests/support/memory_log_sink.h - a log that a test can read.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "host/log/log_sink.h"

namespace berth::test {

// What was logged so far. Threads: any. Flush the log system before looking.
class LogMemory {
public:
    void add(const host::LogBatch& batch) {
        const std::scoped_lock lock(mutex_);
        for (const auto& line : batch.lines) lines_.emplace_back(batch.at(line));
    }
    [[nodiscard]] std::vector<std::string> lines() const {
        const std::scoped_lock lock(mutex_);
        return lines_;
    }
    // The lines that hold `text`.
    [[nodiscard]] std::size_t count(std::string_view text) const {
        const std::scoped_lock lock(mutex_);
        std::size_t found = 0;
        for (const auto& line : lines_) found += line.find(text) == std::string::npos ? 0 : 1;
        return found;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

// Owned by a log system; the memory lives longer and belongs to the test too.
class MemoryLogSink final : public host::LogSink {
public:
    explicit MemoryLogSink(std::shared_ptr<LogMemory> memory) : memory_(std::move(memory)) {}
    void write(const host::LogBatch& batch) override { memory_->add(batch); }

private:
    std::shared_ptr<LogMemory> memory_;
};

}  // namespace berth::test
