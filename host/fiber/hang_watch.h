// host/fiber/hang_watch.h - sees loops that do not turn, and tells whose handler holds them up.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "berth/detail/mutex.h"
#include "host/crash/thread_probe.h"
#include "host/fiber/loop_group.h"

namespace berth::host {

class LogSystem;

// A loop that does not turn, and what it does.
struct Hang {
    std::uint32_t loop = 0;  // its number
    std::chrono::steady_clock::time_point since;
    crash::ThreadReport does;  // empty when the loop's thread gave no answer
};

// Looks at the loops five times in the time that they may take. A loop that did not turn in
// between gets no new clients, and those that have not begun on it go on to others; at the end of
// the time it is told in the log, and once more when it turns again. It also tells of services
// whose work waits for a helper thread, and of clients that wait for the memory of a stack.
//
// Threads: any. Lifetime: borrows both.
class HangWatch {
public:
    using Clock = std::chrono::steady_clock;

    // `limit`: see setLimit().
    HangWatch(LoopGroup& loops, LogSystem& logs, std::chrono::milliseconds limit);
    HangWatch(const HangWatch&) = delete;
    HangWatch& operator=(const HangWatch&) = delete;
    ~HangWatch() = default;

    // How long a loop may not turn before it is told. 0: it is never told.
    void setLimit(std::chrono::milliseconds limit);
    // Those that are told.
    [[nodiscard]] std::vector<Hang> hangs() const;
    // False when a loop did not turn for a second, told or not.
    [[nodiscard]] bool allTurn() const;

private:
    struct Seen {
        std::uint64_t beat = 0;
        Clock::time_point since{};
        unsigned unchanged = 0;  // times that the loop was found as it was
        bool told = false;
    };

    void run(const std::stop_token& stop);
    void look(std::chrono::milliseconds limit);
    void look(Loop& loop, Seen& seen, std::chrono::milliseconds limit);
    void tell(Loop& loop, Seen& seen);
    void tellTurnsAgain(Loop& loop, Seen& seen);
    void tellShortages(std::chrono::milliseconds limit);
    // False when something of this name was told a short while ago.
    [[nodiscard]] bool due(const std::string& name, Clock::time_point now);

    LoopGroup& loops_;
    LogSystem& logs_;
    crash::ThreadProbe probe_;
    std::map<std::uint32_t, Seen> seen_;  // of the thread alone, as what follows
    std::map<std::string, Clock::time_point> lastTold_;

    mutable detail::Mutex mutex_;
    std::condition_variable_any changed_;
    std::chrono::milliseconds limit_ BERTH_GUARDED_BY(mutex_);
    std::map<std::uint32_t, Hang> hangs_ BERTH_GUARDED_BY(mutex_);
    std::map<std::uint32_t, Clock::time_point> stuck_
        BERTH_GUARDED_BY(mutex_);  // loops that do not turn, since when
    std::jthread thread_;          // last: it ends before what it uses
};

// "handle() of service "x" for 127.0.0.1:5000 (connection 7), plugin p 1.0, generation 2".
[[nodiscard]] std::string whatItDoes(const crash::ThreadReport& report);

}  // namespace berth::host
