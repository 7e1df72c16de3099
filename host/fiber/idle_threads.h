// host/fiber/idle_threads.h - the threads of somebody that have nothing to do at the moment.
#pragma once

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/list_hook.hpp>
#include <chrono>
#include <condition_variable>

#include "berth/detail/mutex.h"

namespace berth::host {

// The one that was busy last is called first, since its memory is at hand; so those that are not
// needed are idle for longer and longer, and can end. Needs no memory.
//
// Threads: each call requires the owner's lock.
class IdleThreads {
public:
    // False when none is idle.
    bool callOne() noexcept;
    // Of a thread that has nothing to do: true when it was called, false when nobody did so within
    // the limit, or all are to end. Gives up the lock meanwhile.
    [[nodiscard]] bool sleep(detail::UniqueLock& lock, std::chrono::steady_clock::duration limit);
    // From here on nobody sleeps.
    void endAll() noexcept;
    [[nodiscard]] bool ending() const noexcept { return ending_; }

private:
    struct Sleeper : boost::intrusive::list_base_hook<> {
        std::condition_variable wake;
        bool called = false;
    };

    boost::intrusive::list<Sleeper> sleepers_;  // the one that was busy last at the end
    bool ending_ = false;
};

}  // namespace berth::host
