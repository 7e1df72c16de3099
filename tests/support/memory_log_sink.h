// tests/support/memory_log_sink.h - a log that a test can read.
#pragma once

#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/log/log_sink.h"
#include "support/wait_until.h"

namespace berth::test {

// Once all that was pushed is written: a flush by itself waits for a second only. False when that
// does not come about.
template <class Log>
[[nodiscard]] bool flushed(Log& log) {
    return waitUntil([&] { return log.flush(); });
}

// Once `change` was made, such as another sink: each attempt waits for two seconds only. False when
// that does not come about.
//
// Throws: what `change` throws for another reason.
template <class Change>
[[nodiscard]] bool changed(Change change) {
    return waitUntil([&] {
        try {
            change();
            return true;
        } catch (const std::runtime_error& error) {
            if (!std::string_view(error.what()).starts_with("the log is stuck")) throw;
            return false;
        }
    });
}

// What was logged so far. Threads: any. Wait until the log system is flushed before looking.
class LogMemory {
public:
    // The lines from `first` on; how many.
    std::size_t add(const host::LogBatch& batch, std::size_t first) {
        const std::scoped_lock lock(mutex_);
        for (auto i = first; i < batch.lines.size(); ++i) {
            lines_.emplace_back(batch.at(batch.lines[i]));
        }
        return batch.lines.size() - first;
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
    std::size_t write(const host::LogBatch& batch, std::size_t first) override {
        return memory_->add(batch, first);
    }

private:
    std::shared_ptr<LogMemory> memory_;
};

}  // namespace berth::test
