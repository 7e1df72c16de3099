// host/probation.h - goes back to the generation before when a new one fails its first clients.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "berth/log.h"
#include "host/config/service_options.h"
#include "host/service/deployment.h"
#include "host/service/running_service.h"

namespace berth::host {

// While a new generation is on probation the one before stays loaded.
//
// Threads: any. Lifetime: the log outlives it.
class Probation {
public:
    using Clock = std::chrono::steady_clock;

    // What new clients got before, and from which configuration.
    struct Before {
        std::shared_ptr<Deployment> deployment;
        ServiceConfig config;
    };

    // Called after new clients were sent to `before` again, for one service after the other; it
    // may wait for a change that is under way.
    using WentBack =
        std::function<void(const std::shared_ptr<RunningService>& service,
                           const std::shared_ptr<Deployment>& failed, const Before& before)>;

    Probation(Log& log, WentBack wentBack) : log_(log), wentBack_(std::move(wentBack)) {}
    Probation(const Probation&) = delete;
    Probation& operator=(const Probation&) = delete;
    ~Probation() = default;

    // Begins before `current` gets its first client.
    void begin(const std::shared_ptr<RunningService>& service,
               const std::shared_ptr<Deployment>& current, Before before,
               const ServiceOptions& options);
    // Ends the probation of a service whose service object is replaced or goes away. Returns what
    // was trusted before, unless what serves is trusted by now.
    std::optional<Before> end(const RunningService& service);

private:
    struct Case {
        std::shared_ptr<RunningService> service;
        std::shared_ptr<Deployment> current;
        Before before;
        std::shared_ptr<Trial> trial;
        Clock::time_point until;
    };
    using Lock = std::unique_lock<std::mutex>;

    void wake();
    void run(const std::stop_token& stop);
    // The next case that is decided or out of time.
    [[nodiscard]] std::optional<Case> takeDecided();
    [[nodiscard]] Clock::time_point nextDeadline() const;
    // With the lock held, so that no change sees a verdict without its consequence.
    void close(Lock& lock, Case decided);
    void runAftermath(const std::stop_token& stop);

    Log& log_;
    const WentBack wentBack_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable_any changed_;
    std::vector<Case> cases_;
    std::deque<Case> returned_;  // for wentBack_
    bool news_ = false;
    // Started when first needed; last: they end before what they use.
    std::jthread aftermath_;
    std::jthread thread_;
};

}  // namespace berth::host
