// berth/detail/mutex.h - a mutex with contracts that clang checks; for the programs and plugins of
// this project.
#pragma once

#include <mutex>

// The words of https://clang.llvm.org/docs/ThreadSafetyAnalysis.html; nothing for other compilers.
#if defined(__clang__)
#define BERTH_LOCK_ATTRIBUTE(attribute) __attribute__((attribute))
#else
#define BERTH_LOCK_ATTRIBUTE(attribute)
#endif

// Of a class: its objects are locks, or hold one for a scope.
#define BERTH_CAPABILITY(name) BERTH_LOCK_ATTRIBUTE(capability(name))
#define BERTH_SCOPED BERTH_LOCK_ATTRIBUTE(scoped_lockable)
// Of a member: nobody touches it without the lock.
#define BERTH_GUARDED_BY(mutex) BERTH_LOCK_ATTRIBUTE(guarded_by(mutex))
// Of a function: the caller has the lock, or must not have it.
#define BERTH_REQUIRES(...) BERTH_LOCK_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define BERTH_EXCLUDES(...) BERTH_LOCK_ATTRIBUTE(locks_excluded(__VA_ARGS__))
// Of a function: it takes the lock (when it returns `result`), or gives it up; without an argument,
// its object's.
#define BERTH_ACQUIRE(...) BERTH_LOCK_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define BERTH_TRY_ACQUIRE(result) BERTH_LOCK_ATTRIBUTE(try_acquire_capability(result))
#define BERTH_RELEASE(...) BERTH_LOCK_ATTRIBUTE(release_capability(__VA_ARGS__))
// Of a function that the analysis does not understand; a comment beside it says why it is right.
#define BERTH_UNCHECKED BERTH_LOCK_ATTRIBUTE(no_thread_safety_analysis)

namespace berth::detail {

class BERTH_CAPABILITY("mutex") Mutex {
public:
    void lock() BERTH_ACQUIRE() { native_.lock(); }
    [[nodiscard]] bool try_lock() BERTH_TRY_ACQUIRE(true) { return native_.try_lock(); }
    void unlock() BERTH_RELEASE() { native_.unlock(); }

private:
    friend class UniqueLock;
    std::mutex native_;
};

// Holds a mutex for a scope.
class [[nodiscard]] BERTH_SCOPED Lock {
public:
    explicit Lock(Mutex& mutex) BERTH_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
    Lock(Mutex& mutex, std::adopt_lock_t) BERTH_REQUIRES(mutex) : mutex_(mutex) {}
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock() BERTH_RELEASE() { mutex_.unlock(); }

private:
    Mutex& mutex_;
};

// The same, with gaps. It waits with conditions of the standard library:
//     changed_.wait(lock.native(), [this]() BERTH_REQUIRES(mutex_) { return ready_; });
class [[nodiscard]] BERTH_SCOPED UniqueLock {
public:
    explicit UniqueLock(Mutex& mutex) BERTH_ACQUIRE(mutex) : native_(mutex.native_) {}
    UniqueLock(const UniqueLock&) = delete;
    UniqueLock& operator=(const UniqueLock&) = delete;
    ~UniqueLock() BERTH_RELEASE() = default;

    void lock() BERTH_ACQUIRE() { native_.lock(); }
    void unlock() BERTH_RELEASE() { native_.unlock(); }
    // To wait with, and for nothing else: the analysis does not see what is done with it.
    [[nodiscard]] std::unique_lock<std::mutex>& native() noexcept { return native_; }

private:
    std::unique_lock<std::mutex> native_;
};

// Gives up, for a scope, a mutex that the caller holds.
class [[nodiscard]] BERTH_SCOPED Unlock {
public:
    explicit Unlock(Mutex& mutex) BERTH_RELEASE(mutex) : mutex_(mutex) { mutex_.unlock(); }
    Unlock(const Unlock&) = delete;
    Unlock& operator=(const Unlock&) = delete;
    ~Unlock() BERTH_RELEASE() { mutex_.lock(); }

private:
    Mutex& mutex_;
};

}  // namespace berth::detail
