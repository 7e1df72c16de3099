// host/host_endings.cpp - what becomes of services and service objects that a change ended.
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "berth/units.h"
#include "host/host_state.h"
#include "host/phrases.h"

namespace berth::host {

using Clock = Host::State::Clock;

namespace {

// A service that drained, or never ended, has clients of its old object when it is started.
bool replaces(const PreparedStep& prepared) {
    const auto& step = prepared.step;
    if (step.action == PlanStep::Action::Start) {
        return !prepared.replaced.expired() || !prepared.service->sweepEngines();
    }
    return step.action == PlanStep::Action::Change && (step.redeploys() || step.newEngine);
}

}  // namespace

std::vector<std::string> Host::State::retire(const std::vector<PreparedStep>& steps,
                                             std::optional<std::chrono::milliseconds> killAfter) {
    using Action = PlanStep::Action;
    // Side by side: the time of one does not come on top of another's.
    std::vector<std::future<std::string>> endings;
    for (const auto& prepared : steps) {
        const auto action = prepared.step.action;
        if (action != Action::Stop && action != Action::Remove) continue;
        endings.push_back(std::async([this, &prepared] { return retireEnded(prepared); }));
    }
    std::vector<std::string> lines;
    for (const auto& prepared : steps) {
        if (!replaces(prepared)) continue;
        const auto limit = killAfter.value_or(prepared.step.wanted.options.drainTimeout);
        lines.push_back(retireReplaced(prepared, limit));
    }
    for (auto& ending : endings) lines.push_back(ending.get());
    std::erase(lines, std::string());
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
