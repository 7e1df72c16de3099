// host/fiber/helper_threads.h - threads for work that would hold up a loop.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

namespace berth::host {

// A piece of work. It lives on the stack of the fiber that waits for it.
class HelperJob {
public:
    HelperJob() = default;
    HelperJob(const HelperJob&) = delete;
    HelperJob& operator=(const HelperJob&) = delete;

    // On a helper thread. The job may be gone when it returns.
    virtual void run() noexcept = 0;

    HelperJob* next = nullptr;  // of HelperThreads, while the job is queued

protected:
    ~HelperJob() = default;
};

// Started when there is more work than idle threads, up to a number; work beyond waits its turn,
// first come, first served. A thread stays: what it started (a child that is to die with its
// parent) may depend on it.
//
// Threads: any. Lifetime: outlives all its jobs.
class HelperThreads {
public:
    explicit HelperThreads(std::size_t most) : most_(most) {}
    HelperThreads(const HelperThreads&) = delete;
    HelperThreads& operator=(const HelperThreads&) = delete;
    // Requires: no job is left.
    ~HelperThreads();

    // Runs the job on the caller's thread when no thread can be started and none is there.
    void submit(HelperJob& job) noexcept;

private:
    // Requires: the lock is held. False when there is no thread and none could be started.
    bool ensureThread() noexcept;
    void serve();

    const std::size_t most_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    HelperJob* first_ = nullptr;
    HelperJob* last_ = nullptr;
    std::size_t queued_ = 0;
    std::size_t idle_ = 0;
    bool ending_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace berth::host
