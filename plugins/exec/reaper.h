// plugins/exec/reaper.h - takes children that outlive their command: killed, but not yet reaped.
#pragma once

#include <list>

#include "berth/detail/mutex.h"
#include "berth/unique_fd.h"

namespace berth::exec {

// A process that waits for a disk in the kernel dies late, even of SIGKILL, and one that a debugger
// holds is not given to its parent. No client waits for it; it is reaped when the next command
// starts, or when the service ends.
//
// Threads: any. The destructor waits for those that are left, for 5 s in all.
class Reaper {
public:
    // One child's pidfd, in a list of its own: to adopt it needs no memory.
    using Child = std::list<UniqueFd>;

    Reaper() = default;
    Reaper(const Reaper&) = delete;
    Reaper& operator=(const Reaper&) = delete;
    ~Reaper();

    void adopt(Child child) noexcept;
    // Reaps those that are dead by now, without waiting.
    void collect() noexcept;

private:
    detail::Mutex mutex_;
    std::list<UniqueFd> children_ BERTH_GUARDED_BY(mutex_);
};

}  // namespace berth::exec
