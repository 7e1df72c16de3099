// host/log/log_writer.cpp
#include "host/log/log_writer.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <future>
#include <utility>

#include "host/log/bounded_output.h"

namespace berth::host {
namespace {

constexpr std::size_t kRoom = std::size_t{8} << 20;  // bytes that may wait
constexpr std::chrono::milliseconds kLinger{20};
constexpr std::chrono::seconds kLossPause{1};  // before a loss is told of again

bool isUrgent(LogLevel level) {
    return level >= LogLevel::Warning;
}

}  // namespace

// Begun by the writer, or given up by who waits for it.
struct LogWriter::Task {
    std::packaged_task<void()> work;
    std::atomic<bool> taken{false};
};

void LogBatch::append(LogLevel level, std::string_view line) {
    lines.push_back({level, text.size(), line.size()});
    text += line;
    text += '\n';
}

void LogBatch::clear() noexcept {
    text.clear();
    lines.clear();
}

LogWriter::LogWriter(std::unique_ptr<LogSink> sink, LostNotice lostNotice)
    : sink_(std::move(sink)), lostNotice_(std::move(lostNotice)) {}

void LogWriter::run() {
    for (bool goesOn = true; goesOn;) {
        std::vector<std::shared_ptr<Task>> tasks;
        {
            detail::UniqueLock lock(mutex_);
            waitForWork(lock);
            if (writing_.empty()) takeBatch();
            tasks.swap(tasks_);
            goesOn = !ending_ || !waiting_.empty();
        }
        const bool all = writeSome();
        for (const auto& task : tasks) {
            if (!task->taken.exchange(true)) task->work();
        }
        const detail::Lock lock(mutex_);
        goesOn = (goesOn || !all) && !(ending_ && Clock::now() >= lastMoment_);
    }
    tellWhatIsLeft();
    const detail::Lock lock(mutex_);
    ended_ = true;
    done_.notify_all();
}

void LogWriter::end(Clock::time_point deadline) {
    const detail::Lock lock(mutex_);
    ending_ = true;
    lastMoment_ = deadline;
    work_.notify_one();
}

bool LogWriter::waitEnded(Clock::time_point deadline) {
    detail::UniqueLock lock(mutex_);
    return done_.wait_until(lock.native(), deadline,
                            [this]() BERTH_REQUIRES(mutex_) { return ended_; });
}

bool LogWriter::push(LogLevel level, std::string_view line) {
    const bool urgent = isUrgent(level);
    const detail::Lock lock(mutex_);
    const auto room = urgent ? kRoom : kRoom / 4 * 3;
    if (waiting_.text.size() + line.size() >= room) {
        ++lost_;
        return false;
    }
    const bool wake = waiting_.empty() || (urgent && !urgent_);
    urgent_ = urgent_ || urgent;
    waiting_.append(level, line);
    ++pushed_;
    if (wake) work_.notify_one();
    return true;
}

bool LogWriter::waitWritten(Clock::time_point deadline) {
    detail::UniqueLock lock(mutex_);
    urgent_ = true;
    work_.notify_one();
    const auto last = pushed_;
    return done_.wait_until(lock.native(), deadline,
                            [&]() BERTH_REQUIRES(mutex_) { return settled_ >= last || ended_; });
}

bool LogWriter::change(std::function<void(std::unique_ptr<LogSink>&)> change,
                       Clock::time_point deadline) {
    const auto task = std::make_shared<Task>();
    task->work = std::packaged_task<void()>([this, change = std::move(change)] { change(sink_); });
    auto result = task->work.get_future();
    {
        const detail::Lock lock(mutex_);
        tasks_.push_back(task);
        work_.notify_one();
    }
    if (result.wait_until(deadline) != std::future_status::ready) {
        task->taken.store(true);  // too late for it to begin
        return false;
    }
    result.get();
    return true;
}

std::uint64_t LogWriter::lost() const {
    const detail::Lock lock(mutex_);
    return lost_;
}

// While the sink has lines to take, its own wait is enough of a pause.
void LogWriter::waitForWork(detail::UniqueLock& lock) {
    if (!writing_.empty()) return;
    const auto wanted = [this]() BERTH_REQUIRES(mutex_) { return ending_ || !tasks_.empty(); };
    const auto any = [&]() BERTH_REQUIRES(mutex_) { return !waiting_.empty() || wanted(); };
    // A loss is told of, also when no other line comes.
    if (lost_ == lostReported_) {
        work_.wait(lock.native(), any);
    } else {
        work_.wait_for(lock.native(), kLossPause, any);
    }
    work_.wait_for(lock.native(), kLinger,
                   [&]() BERTH_REQUIRES(mutex_) { return urgent_ || wanted(); });
}

void LogWriter::takeBatch() {
    std::swap(waiting_, writing_);
    urgent_ = false;
    written_ = 0;
    pushedLines_ = writing_.lines.size();
    lostTold_ = lost_ - std::exchange(lostReported_, lost_);
    if (lostTold_ > 0) writing_.append(LogLevel::Warning, lostNotice_(lostTold_));
}

bool LogWriter::writeSome() {
    if (writing_.empty()) return true;
    try {
        advance(sink_->write(writing_, written_));
        failing_ = false;
    } catch (const std::exception& error) {
        if (!std::exchange(failing_, true)) {
            tellStandardError(std::string("berthd: ") + error.what());
        }
        lose();
    }
    return writing_.empty();
}

void LogWriter::advance(std::size_t lines) {
    const auto before = std::min(written_, pushedLines_);
    written_ += lines;
    const auto now = std::min(written_, pushedLines_);
    if (written_ == writing_.lines.size()) writing_.clear();
    const detail::Lock lock(mutex_);
    settled_ += now - before;
    done_.notify_all();
}

void LogWriter::lose() {
    const auto left = pushedLines_ - std::min(written_, pushedLines_);
    writing_.clear();
    const detail::Lock lock(mutex_);
    lost_ += left;
    lostReported_ -= lostTold_;  // the notice is lost too, and is made again
    settled_ += left;
    done_.notify_all();
}

void LogWriter::tellWhatIsLeft() {
    std::size_t left = writing_.lines.size() - std::min(written_, writing_.lines.size());
    {
        const detail::Lock lock(mutex_);
        left += waiting_.lines.size();
    }
    if (left == 0) return;
    tellStandardError("berthd: the log takes no more; lines that are lost: " +
                      std::to_string(left));
}

}  // namespace berth::host
