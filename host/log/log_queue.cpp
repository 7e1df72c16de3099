// host/log/log_queue.cpp - two batches that change places: one fills while the other is written.
#include "host/log/log_queue.h"

#include <chrono>
#include <exception>
#include <future>
#include <iostream>
#include <utility>

namespace berth::host {
namespace {

constexpr std::size_t kRoom = std::size_t{8} << 20;  // bytes that may wait
constexpr std::chrono::milliseconds kLinger{20};

bool isUrgent(LogLevel level) {
    return level >= LogLevel::Warning;
}

}  // namespace

void LogBatch::append(LogLevel level, std::string_view line) {
    lines.push_back({level, text.size(), line.size()});
    text += line;
    text += '\n';
}

void LogBatch::clear() noexcept {
    text.clear();
    lines.clear();
}

LogQueue::LogQueue(std::unique_ptr<LogSink> sink,
                   std::function<std::string(std::uint64_t)> lostNotice)
    : sink_(std::move(sink)),
      lostNotice_(std::move(lostNotice)),
      writer_([this](const std::stop_token& stop) { run(stop); }) {}

LogQueue::~LogQueue() {
    writer_.request_stop();
    writer_.join();
}

void LogQueue::push(LogLevel level, std::string_view line) {
    const bool urgent = isUrgent(level);
    bool wake = false;
    {
        const std::scoped_lock lock(mutex_);
        const auto room = urgent ? kRoom : kRoom / 4 * 3;
        if (waiting_.text.size() + line.size() >= room) {
            ++lost_;
            return;
        }
        wake = waiting_.empty() || (urgent && !urgent_);
        urgent_ = urgent_ || urgent;
        waiting_.append(level, line);
    }
    if (wake) changed_.notify_one();
}

void LogQueue::flush() {
    runOnWriter([] {});
}

void LogQueue::reopen() {
    runOnWriter([this] { sink_->reopen(); });
}

void LogQueue::replaceSink(std::unique_ptr<LogSink> sink) {
    runOnWriter([this, &sink] { sink_ = std::move(sink); });
}

std::uint64_t LogQueue::lost() const {
    const std::scoped_lock lock(mutex_);
    return lost_;
}

void LogQueue::runOnWriter(Task task) {
    std::packaged_task<void()> packaged(std::move(task));
    auto done = packaged.get_future();
    {
        const std::scoped_lock lock(mutex_);
        tasks_.emplace_back([&packaged] { packaged(); });
    }
    changed_.notify_one();
    done.get();
}

void LogQueue::run(const std::stop_token& stop) {
    for (bool last = false; !last;) {
        std::vector<Task> tasks;
        std::uint64_t lostBefore = 0;
        {
            std::unique_lock lock(mutex_);
            waitForWork(lock, stop);
            last = stop.stop_requested();
            std::swap(waiting_, writing_);
            tasks.swap(tasks_);
            urgent_ = false;
            lostBefore = lost_ - std::exchange(lostReported_, lost_);
        }
        writeBatch(lostBefore);
        for (const auto& task : tasks) task();
    }
}

void LogQueue::waitForWork(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
    changed_.wait(lock, stop, [this] { return !waiting_.empty() || !tasks_.empty(); });
    changed_.wait_for(lock, stop, kLinger, [this] { return urgent_ || !tasks_.empty(); });
}

void LogQueue::writeBatch(std::uint64_t lostBefore) {
    const auto count = writing_.lines.size();
    if (lostBefore > 0) writing_.append(LogLevel::Warning, lostNotice_(lostBefore));
    if (writing_.empty()) return;
    try {
        sink_->write(writing_);
        failing_ = false;
    } catch (const std::exception& error) {
        if (!std::exchange(failing_, true)) std::cerr << "berthd: " << error.what() << std::endl;
        const std::scoped_lock lock(mutex_);
        lost_ += count;
        lostReported_ -= lostBefore;  // the notice is lost too, and is made again
    }
    writing_.clear();
}

}  // namespace berth::host
