// host/change/drain.h - ends services: waits for their clients, and cuts those that stay.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "host/change/canary_watch.h"
#include "host/change/change_result.h"
#include "host/change/preparation.h"
#include "host/change/retired_versions.h"
#include "host/fiber/hang_watch.h"
#include "host/service/service_table.h"

namespace berth::host {

// Threads: one change at a time. Lifetime: borrows all.
class Drain {
public:
    using Clock = std::chrono::steady_clock;

    Drain(ServiceTable& services, CanaryWatch& canaries, RetiredVersions& retired,
          const HangWatch& hangs)
        : services_(services), canaries_(canaries), retired_(retired), hangs_(hangs) {}

    // Closes a service and waits until `deadline`, then cuts. The line that tells how it went;
    // empty when nobody was cut.
    std::string stop(RunningService& service, const std::string& reason,
                     Clock::time_point deadline) const;
    // After a commit: waits for services that end. What only got another version or engine goes on
    // in the background, for `killAfter` or else drain_timeout. One line each.
    std::vector<std::string> retire(std::vector<PreparedStep>& steps,
                                    std::optional<std::chrono::milliseconds> killAfter) const;
    // Of the whole host, side by side: one that takes its time, or whose plugin hangs, delays no
    // other. False when a handler does not even end when it is cut.
    [[nodiscard]] bool stopAll(Shutdown how) const;
    // Behind another process: each service's clients may finish within drain_timeout.
    void finishBehind() const;

private:
    [[nodiscard]] static std::string describeReplaced(const PreparedStep& step,
                                                      std::chrono::milliseconds limit);
    // Side by side, so that the time of one does not come on top of another's; where no thread can
    // be made, one after the other. May be done twice.
    std::vector<std::string> retireEnded(const std::vector<PreparedStep>& steps) const;
    std::string retireEnded(const PreparedStep& step) const;
    [[nodiscard]] std::string tellStuck(RunningService& service) const;

    ServiceTable& services_;
    CanaryWatch& canaries_;
    RetiredVersions& retired_;
    const HangWatch& hangs_;
};

}  // namespace berth::host
