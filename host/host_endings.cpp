// host/host_endings.cpp - what becomes of services and service objects that a change ended.
#include <string>
#include <utility>
#include <vector>

#include "berth/units.h"
#include "host/counted.h"
#include "host/host_state.h"

namespace berth::host {

using Clock = Host::State::Clock;

std::vector<std::string> Host::State::retire(const std::vector<PreparedStep>& steps,
                                             std::optional<std::chrono::milliseconds> killAfter) {
    using Action = PlanStep::Action;
    std::vector<std::string> lines;
    for (const auto& prepared : steps) {
        const auto& step = prepared.step;
        std::string line;
        if (step.action == Action::Change && (step.redeploys() || step.newEngine)) {
            line = retireReplaced(prepared, killAfter.value_or(step.wanted.options.drainTimeout));
        } else if (step.action == Action::Stop || step.action == Action::Remove) {
            line = retireEnded(prepared);
        }
        if (!line.empty()) lines.push_back(std::move(line));
    }
    return lines;
}

std::string Host::State::retireReplaced(const PreparedStep& step, std::chrono::milliseconds limit) {
    retirement.add(step.service, step.replaced, Clock::now() + limit);
    const auto replaced = step.replaced.lock();
    const auto open = replaced ? step.service->openOn(replaced->number()) : 0;
    if (open == 0) return {};
    return step.step.name + ": " + counted(open, "connection") +
           " may finish on the old service object for " + formatDuration(limit);
}

std::string Host::State::retireEnded(const PreparedStep& prepared) {
    auto& service = *prepared.service;
    const bool disabled = prepared.step.action == PlanStep::Action::Stop;
    const auto deadline = Clock::now() + prepared.step.wanted.options.drainTimeout;
    auto line = closeAndSettle(service, disabled ? "enabled = off" : "removed", deadline);
    if (service.state() != ServiceState::Stopped) return line;
    if (disabled) {
        service.setState(ServiceState::Disabled, "enabled = off");
    } else {
        const std::lock_guard lock(mutex);
        services.erase(prepared.step.name);
    }
    return line;
}

std::string Host::State::closeAndSettle(RunningService& service, const std::string& reason,
                                        Clock::time_point deadline) {
    static_cast<void>(probation.end(service));
    service.close();
    if (service.settle(deadline, reason)) return {};
    const auto cut = service.cutAll(CutReason::Drained);
    if (service.settle(Clock::now() + kCutGrace, reason)) {
        return service.name() + ": cut " + counted(cut, "connection") +
               " at the end of drain_timeout";
    }
    service.setState(ServiceState::Draining, "a handler does not end");
    return service.name() + ": a handler does not end; the service stays draining";
}

}  // namespace berth::host
