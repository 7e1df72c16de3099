// host/watch/file_watch.h - START HERE: tells when files that are watched have changed.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "berth/detail/mutex.h"
#include "host/base/unique_fd.h"
#include "host/watch/watch_plan.h"
#include "host/watch/watched_files.h"

namespace berth::host {

// Changes that follow each other closely are told together, once nothing has happened for
// kQuiet; or after kLongest of changes without a pause. A file that is being written holds all of
// them back, for their reader reads it too; but not for longer than UnfinishedFiles has patience.
// Then it is told first among the changes that it held back, and by itself when it is complete.
//
// Threads: watch() from any thread, also from within a callback.
class FileWatch {
public:
    struct Callbacks {
        std::function<void(const std::vector<FileChange>&)> changed;
        std::function<void(const std::string& why)> failed;  // to watch; it is tried again
    };
    static constexpr std::chrono::milliseconds kQuiet{200};
    static constexpr std::chrono::milliseconds kLongest{5000};
    static constexpr std::chrono::seconds kUntilNextTry{5};

    // The callbacks are called on the one thread of this object.
    explicit FileWatch(Callbacks callbacks);
    FileWatch(const FileWatch&) = delete;
    FileWatch& operator=(const FileWatch&) = delete;
    // Waits for a callback that runs.
    ~FileWatch();

    // Watches these folders and no others; none: nothing. `since`: when their files were read (by
    // CLOCK_REALTIME_COARSE); what changed in a new folder after that is told, too.
    void watch(std::vector<WatchedFolder> folders, timespec since);

private:
    using Clock = std::chrono::steady_clock;

    void run(const std::stop_token& stop);
    // Takes other folders over when watch() gave some.
    void takePlan();
    void tell(bool news);
    // What is changed meanwhile is told then.
    void tryLater();
    void wait() const;
    void wake() const noexcept;

    const Callbacks callbacks_;
    UniqueFd wake_;  // an eventfd
    detail::Mutex mutex_;
    std::vector<WatchedFolder> plan_ BERTH_GUARDED_BY(mutex_);
    timespec since_ BERTH_GUARDED_BY(mutex_) = {};
    bool changedPlan_ BERTH_GUARDED_BY(mutex_) = false;
    // The thread's:
    std::unique_ptr<WatchedFiles> files_;     // null: nothing is watched
    std::optional<Clock::time_point> first_;  // of the changes that are not told yet
    std::optional<Clock::time_point> due_;    // when to tell; nothing: when something happens
    bool failing_ = false;                    // that was told
    std::jthread thread_;
};

}  // namespace berth::host
