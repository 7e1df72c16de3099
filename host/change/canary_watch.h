// host/change/canary_watch.h - goes back to the generation before when a new one fails its first
// clients.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "berth/detail/mutex.h"
#include "berth/log.h"
#include "host/base/timer_thread.h"
#include "host/plugin/probation_mark.h"
#include "host/service/probation_options.h"
#include "host/service/running_service.h"

namespace berth::host {

// While a new generation is on probation the one before stays loaded.
//
// Threads: any. Lifetime: the log outlives it.
class CanaryWatch {
public:
    using Clock = TimerThread::Clock;

    // What new clients got before, and from which configuration.
    struct Previous {
        DeployedVersionPtr version;
        ServiceConfig config;
    };

    // Called after new clients were sent to `previous` again, for one service after the other; it
    // may wait for a change that is under way.
    using RolledBack =
        std::function<void(const std::shared_ptr<RunningService>& service,
                           const DeployedVersionPtr& failed, const Previous& previous)>;

    CanaryWatch(Log& log, RolledBack rolledBack) : log_(log), rolledBack_(std::move(rolledBack)) {}
    CanaryWatch(const CanaryWatch&) = delete;
    CanaryWatch& operator=(const CanaryWatch&) = delete;
    ~CanaryWatch() = default;

    // A version on probation.
    struct Case {
        std::shared_ptr<RunningService> service{};
        std::shared_ptr<Canary> canary{};
        std::chrono::milliseconds time{};  // 0: no limit
        DeployedVersionPtr current{};
        Previous previous{};
        Clock::time_point until{};
        std::unique_ptr<ProbationMark> mark{};
    };
    using Cases = std::list<Case>;

    // A case that is ready to begin, and the threads that it needs. Throws: std::system_error.
    [[nodiscard]] Cases prepare(std::shared_ptr<RunningService> service,
                                const ProbationOptions& options);
    // Begins before `parts`, which have a new version, are put in force. `mark` lasts as long; may
    // be null. Requires: `prepared` comes from prepare().
    void begin(Cases prepared, PreparedService& parts, Previous previous,
               std::unique_ptr<ProbationMark> mark) noexcept;
    // Ends the probation of a service whose service object is replaced or goes away. Returns what
    // was trusted before, unless what serves is trusted by now.
    std::optional<Previous> end(const RunningService& service) noexcept;

private:
    void startThreads();
    // Closes one case that is decided; returns when it is to be called next.
    [[nodiscard]] Clock::time_point closeNext();
    // The next case that is decided or out of time.
    [[nodiscard]] Cases::iterator findDecided() BERTH_REQUIRES(mutex_);
    [[nodiscard]] Clock::time_point nextDeadline() const BERTH_REQUIRES(mutex_);
    // With the lock held, so that no change sees a verdict without its consequence.
    // Throws: std::bad_alloc; it is open still then.
    void close(Cases::iterator decided) BERTH_REQUIRES(mutex_);
    void runAftermath(const std::stop_token& stop);
    void finish(const Case& returned) noexcept;

    Log& log_;
    const RolledBack rolledBack_;
    detail::Mutex mutex_;
    Cases cases_ BERTH_GUARDED_BY(mutex_);
    std::condition_variable_any changed_;
    Cases returned_ BERTH_GUARDED_BY(mutex_);  // for rolledBack_
    // Started when first needed; last: they end before what they use.
    std::jthread aftermath_ BERTH_GUARDED_BY(mutex_);
    TimerThread thread_{[this] { return closeNext(); }};
};

}  // namespace berth::host
