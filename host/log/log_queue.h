// host/log/log_queue.h - hands lines from many threads to one sink, so that no handler waits for
// a disk.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "host/log/log_sink.h"

namespace berth::host {

class LogWriter;

// One thread writes whole batches. Lines wait up to 20 ms for company, warnings and errors do
// not. When the sink cannot keep up and 8 MiB are waiting, further lines are dropped, counted,
// and the count is logged; the last quarter of the room is for warnings and errors.
//
// Threads: any. push() never waits for the sink, the others for a few seconds at most: a sink that
// hangs, as a dead network file system does, holds up nobody else.
class LogQueue {
public:
    // `lostNotice` makes the line that tells how many lines were lost. Both may outlive the queue,
    // with a writer that hangs.
    LogQueue(std::unique_ptr<LogSink> sink, std::function<std::string(std::uint64_t)> lostNotice);
    LogQueue(const LogQueue&) = delete;
    LogQueue& operator=(const LogQueue&) = delete;
    // Writes what is waiting, as far as the sink takes it within two seconds.
    ~LogQueue();

    // False when there is no room: the line is lost. Requires: `line` has no line break.
    bool push(LogLevel level, std::string_view line);
    // Waits until every line that was pushed before is written or lost. False when the sink takes
    // no more for a second.
    bool flush();
    // Both wait for the writer, and throw what the sink throws, or std::runtime_error when the
    // writer does not come back within two seconds. Lines that the old sink does not take go to
    // the new one.
    void reopen();
    void replaceSink(std::unique_ptr<LogSink> sink);

    // Lines that were dropped or that the sink could not write.
    [[nodiscard]] std::uint64_t lost() const;

private:
    void change(std::function<void(std::unique_ptr<LogSink>&)> change);

    const std::shared_ptr<LogWriter> writer_;
    std::thread thread_;  // left behind when it hangs
};

}  // namespace berth::host
