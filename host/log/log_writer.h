// host/log/log_writer.h - the thread that gives lines to a sink, and what waits for it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "berth/detail/mutex.h"
#include "host/log/log_sink.h"

namespace berth::host {

// Two batches that change places: one fills while the other is written. A sink that takes no more
// for a while keeps its batch, so that nothing is lost while there is room.
//
// Threads: any, run() by the writer's own.
class LogWriter {
public:
    using Clock = std::chrono::steady_clock;
    using LostNotice = std::function<std::string(std::uint64_t)>;

    LogWriter(std::unique_ptr<LogSink> sink, LostNotice lostNotice);

    // Returns when end() was called and everything is written, or its deadline is over.
    void run();
    void end(Clock::time_point deadline);
    // False when run() has not returned by then.
    [[nodiscard]] bool waitEnded(Clock::time_point deadline);

    // False when there is no room: the line is lost, and counted.
    bool push(LogLevel level, std::string_view line);
    // Waits until what was pushed before is written or lost. False when that takes longer.
    [[nodiscard]] bool waitWritten(Clock::time_point deadline);

    // Runs `change` on the writer's thread after the lines pushed so far, or behind those that the
    // sink takes. False when it was not begun by then, and never will be, or does not come back.
    // Throws: what it throws.
    [[nodiscard]] bool change(std::function<void(std::unique_ptr<LogSink>&)> change,
                              Clock::time_point deadline);

    [[nodiscard]] std::uint64_t lost() const;

private:
    struct Task;

    void waitForWork(detail::UniqueLock& lock) BERTH_REQUIRES(mutex_);
    // The lines that wait become those that are written.
    void takeBatch() BERTH_REQUIRES(mutex_);
    // False when the sink did not take all.
    [[nodiscard]] bool writeSome();
    // That so many more lines of writing_ are with the sink, or that the others are lost.
    void advance(std::size_t lines) BERTH_EXCLUDES(mutex_);
    void lose() BERTH_EXCLUDES(mutex_);
    void tellWhatIsLeft() BERTH_EXCLUDES(mutex_);

    mutable detail::Mutex mutex_;
    std::condition_variable work_;
    std::condition_variable done_;
    LogBatch waiting_ BERTH_GUARDED_BY(mutex_);
    std::vector<std::shared_ptr<Task>> tasks_ BERTH_GUARDED_BY(mutex_);
    bool urgent_ BERTH_GUARDED_BY(mutex_) = false;
    bool ending_ BERTH_GUARDED_BY(mutex_) = false;
    bool ended_ BERTH_GUARDED_BY(mutex_) = false;
    Clock::time_point lastMoment_ BERTH_GUARDED_BY(mutex_);
    std::uint64_t pushed_ BERTH_GUARDED_BY(mutex_) = 0;
    std::uint64_t settled_ BERTH_GUARDED_BY(mutex_) = 0;  // of these: written or lost
    std::uint64_t lost_ BERTH_GUARDED_BY(mutex_) = 0;
    std::uint64_t lostReported_ BERTH_GUARDED_BY(mutex_) = 0;

    // Used by the writer's thread only.
    LogBatch writing_;
    std::size_t written_ = 0;      // lines of writing_
    std::size_t pushedLines_ = 0;  // the same without the notice, which comes last
    std::uint64_t lostTold_ = 0;   // in that notice
    std::unique_ptr<LogSink> sink_;
    bool failing_ = false;
    const LostNotice lostNotice_;
};

}  // namespace berth::host
