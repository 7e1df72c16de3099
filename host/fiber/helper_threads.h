// host/fiber/helper_threads.h - threads for work that would hold up a loop.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "berth/detail/mutex.h"
#include "host/fiber/idle_threads.h"

namespace berth::host {

class HelperShare;
class HelperThreads;

// A helper thread as its jobs know it. It does not end while somebody has a copy of the pointer:
// what a job started (a child that is to die with its parent) may depend on the thread.
struct HelperThread {
    bool stays = false;  // for ever; set by its jobs
};
using HelperThreadPtr = std::shared_ptr<HelperThread>;

// A piece of work. It lives on the stack of the fiber that waits for it.
class HelperJob {
public:
    HelperJob() = default;
    HelperJob(const HelperJob&) = delete;
    HelperJob& operator=(const HelperJob&) = delete;

    // On that helper thread; null: on the thread that submitted it. The job may be gone when it
    // returns.
    virtual void run(const HelperThreadPtr& thread) noexcept = 0;

    // Of the threads, while the job waits for one.
    HelperJob* next = nullptr;
    std::shared_ptr<HelperShare> share;
    std::chrono::steady_clock::time_point asked;

protected:
    ~HelperJob() = default;
};

// First come, first served. Needs no memory.
class HelperQueue {
public:
    void push(HelperJob& job) noexcept;
    // Null when there is none.
    [[nodiscard]] HelperJob* pop() noexcept;
    [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
    [[nodiscard]] const HelperJob* first() const noexcept { return first_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    HelperJob* first_ = nullptr;
    HelperJob* last_ = nullptr;
    std::size_t size_ = 0;
};

// The part of the helper threads that one service may have. Its work beyond that waits until some
// of its own ends, so that it takes no thread from others.
//
// Threads: any.
class HelperShare {
public:
    HelperShare(HelperThreads& threads, std::string name, std::size_t most)
        : threads_(threads), name_(std::move(name)), most_(most) {}

    [[nodiscard]] HelperThreads& threads() const noexcept { return threads_; }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

private:
    friend class HelperThreads;
    HelperThreads& threads_;
    const std::string name_;
    const std::size_t most_;
    // Looked at through HelperThreads::loadOf(), which requires the lock of the threads.
    struct Load {
        std::size_t admitted = 0;  // jobs that run or are next
        HelperQueue waiting;
    } load_;
};

// Started when there is more work than idle threads. One that is idle for a while ends, unless it
// is the last one or its jobs keep it.
//
// Threads: any. Lifetime: outlives all its jobs.
class HelperThreads {
public:
    static constexpr std::chrono::seconds kIdleTime{10};

    explicit HelperThreads(std::chrono::milliseconds idleTime = kIdleTime) : idleTime_(idleTime) {}
    HelperThreads(const HelperThreads&) = delete;
    HelperThreads& operator=(const HelperThreads&) = delete;
    // Requires: no job is left.
    ~HelperThreads();

    // `name`: whose it is, for reports. The threads outlive it.
    [[nodiscard]] std::shared_ptr<HelperShare> share(std::string name, std::size_t most);
    // Runs the job on the caller's thread when no thread can be started and none is there.
    void submit(HelperJob& job, const std::shared_ptr<HelperShare>& share) noexcept;
    // Starts a thread before it is needed. Throws: std::system_error.
    void startOne();
    // Starts threads that could not be started when they were needed. Call it now and then.
    void catchUp() noexcept;

    // A share whose work waits.
    struct Shortage {
        std::string name;
        std::size_t waiting = 0;
        std::size_t running = 0;
        std::chrono::steady_clock::duration longest{};  // that a job has waited for
        bool threadsMissing = false;  // the share has room: no thread could be started
    };
    // Those where a job has waited for at least so long.
    [[nodiscard]] std::vector<Shortage> shortages(std::chrono::steady_clock::duration least) const;

private:
    using Threads = std::list<std::jthread>;

    [[nodiscard]] HelperShare::Load& loadOf(HelperShare& share) const noexcept
        BERTH_REQUIRES(mutex_) {
        return share.load_;
    }
    void start() BERTH_REQUIRES(mutex_);
    void startMissing() noexcept BERTH_REQUIRES(mutex_);
    void runNext(const HelperThreadPtr& self) BERTH_REQUIRES(mutex_);
    // False: the thread is to end.
    bool rest(detail::UniqueLock& lock, const HelperThreadPtr& self) BERTH_REQUIRES(mutex_);

    void serve(Threads::iterator own, const HelperThreadPtr& self);

    const std::chrono::milliseconds idleTime_;
    mutable detail::Mutex mutex_;
    HelperQueue ready_ BERTH_GUARDED_BY(mutex_);
    // When one was last to be started, none could be.
    bool lacksThreads_ BERTH_GUARDED_BY(mutex_) = false;
    IdleThreads idle_ BERTH_GUARDED_BY(mutex_);
    // Threads that were started or called and have no job yet.
    std::size_t coming_ BERTH_GUARDED_BY(mutex_) = 0;
    std::vector<std::weak_ptr<HelperShare>> shares_ BERTH_GUARDED_BY(mutex_);
    Threads ended_ BERTH_GUARDED_BY(mutex_);
    Threads threads_ BERTH_GUARDED_BY(mutex_);
    std::condition_variable changed_;  // a thread ended
};

}  // namespace berth::host
