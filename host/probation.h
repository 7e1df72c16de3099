// host/probation.h - goes back to the generation before when a new one fails its first clients.
#pragma once

#include <chrono>
#include <condition_variable>
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

    // Called on the probation's own thread after new clients were sent to `before` again.
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
    // Ends the probation of a service whose service object is replaced or goes away, undecided.
    // Returns what was trusted before, if there was one.
    std::optional<Before> end(const RunningService& service);

private:
    struct Case {
        std::shared_ptr<RunningService> service;
        std::shared_ptr<Deployment> current;
        Before before;
        std::shared_ptr<Trial> trial;
        Clock::time_point until;
        std::optional<bool> passed;
    };

    void decide(const Deployment& current, bool passed);
    void run(const std::stop_token& stop);
    // The next case that is decided or out of time.
    [[nodiscard]] std::optional<Case> takeDecided();
    [[nodiscard]] Clock::time_point nextDeadline() const;
    void close(const Case& decided);

    Log& log_;
    const WentBack wentBack_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::vector<Case> cases_;
    bool news_ = false;
    std::jthread thread_;  // started when first needed; last: it ends before what it uses
};

}  // namespace berth::host
