// host/process/task_thread.h - a thread made beforehand, for work that must not fail for want of
// one.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <thread>

#include "berth/detail/mutex.h"

namespace berth::host {

// Threads: any, the destructor by the owner; it waits for every task.
class TaskThread {
public:
    // Throws: std::system_error when the process may have no more threads.
    TaskThread();
    TaskThread(const TaskThread&) = delete;
    TaskThread& operator=(const TaskThread&) = delete;
    ~TaskThread();

    // Runs `task` after those before. One that throws ends the process.
    void run(std::function<void()> task);

private:
    void work();

    detail::Mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> tasks_ BERTH_GUARDED_BY(mutex_);
    bool ending_ BERTH_GUARDED_BY(mutex_) = false;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace berth::host
