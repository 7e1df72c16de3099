// host/log/log_queue.h - hands lines from many threads to one sink, so that no handler waits for
// a disk.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "host/log/log_sink.h"

namespace berth::host {

// One thread writes whole batches. Lines wait up to 20 ms for company, warnings and errors do
// not. When the sink cannot keep up and 8 MiB are waiting, further lines are dropped, counted,
// and the count is logged; the last quarter of the room is for warnings and errors.
//
// Threads: any. push() never waits for the sink.
class LogQueue {
public:
    // `lostNotice` makes the line that tells how many lines were lost.
    LogQueue(std::unique_ptr<LogSink> sink, std::function<std::string(std::uint64_t)> lostNotice);
    LogQueue(const LogQueue&) = delete;
    LogQueue& operator=(const LogQueue&) = delete;
    // Writes what is waiting.
    ~LogQueue();

    // Requires: `line` has no line break.
    void push(LogLevel level, std::string_view line);
    // Waits until every line that was pushed before is written.
    void flush();
    // Both wait for the writer, and throw what the sink throws.
    void reopen();
    void replaceSink(std::unique_ptr<LogSink> sink);

    // Lines that were dropped or that the sink could not write.
    [[nodiscard]] std::uint64_t lost() const;

private:
    using Task = std::function<void()>;

    void run(const std::stop_token& stop);
    void waitForWork(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
    void writeBatch(std::uint64_t lostBefore);
    // Runs `task` on the writer's thread after the lines pushed so far; waits, and rethrows.
    void runOnWriter(Task task);

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    LogBatch waiting_;
    std::vector<Task> tasks_;
    bool urgent_ = false;
    std::uint64_t lost_ = 0;
    std::uint64_t lostReported_ = 0;

    // Used by the writer's thread only.
    LogBatch writing_;
    std::unique_ptr<LogSink> sink_;
    bool failing_ = false;
    const std::function<std::string(std::uint64_t)> lostNotice_;

    std::jthread writer_;  // last: it uses all of the above
};

}  // namespace berth::host
