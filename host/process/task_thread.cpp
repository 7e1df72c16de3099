// host/process/task_thread.cpp
#include "host/process/task_thread.h"

#include <utility>

namespace berth::host {

TaskThread::TaskThread() : thread_([this] { work(); }) {}

TaskThread::~TaskThread() {
    {
        const detail::Lock lock(mutex_);
        ending_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void TaskThread::run(std::function<void()> task) {
    {
        const detail::Lock lock(mutex_);
        tasks_.push_back(std::move(task));
    }
    changed_.notify_one();
}

void TaskThread::work() {
    for (;;) {
        detail::UniqueLock lock(mutex_);
        changed_.wait(lock.native(),
                      [this]() BERTH_REQUIRES(mutex_) { return ending_ || !tasks_.empty(); });
        if (tasks_.empty()) return;
        const auto task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        task();
    }
}

}  // namespace berth::host
