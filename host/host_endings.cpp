// host/host_endings.cpp - what becomes of services and service objects that a change ended.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "berth/units.h"
#include "host/counted.h"
#include "host/host_state.h"

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

// A service that a change stops or removes; commit() closed it.
struct Ending {
    const PreparedStep* prepared;
    Clock::time_point deadline;
    std::size_t cut = 0;
};

// By their deadlines, which all begin now: the time of one does not come on top of another's.
std::vector<Ending> endingsOf(const std::vector<PreparedStep>& steps) {
    using Action = PlanStep::Action;
    const auto now = Clock::now();
    std::vector<Ending> endings;
    for (const auto& prepared : steps) {
        const auto& step = prepared.step;
        if (step.action != Action::Stop && step.action != Action::Remove) continue;
        endings.push_back({&prepared, now + step.wanted.options.drainTimeout});
    }
    std::ranges::stable_sort(endings, {}, &Ending::deadline);
    return endings;
}

// Cuts each at its deadline; returns when all are idle, or the last one had its grace after that.
void awaitAll(std::vector<Ending>& endings) {
    auto grace = Clock::now();
    for (auto& ending : endings) {
        auto& service = *ending.prepared->service;
        if (service.core().admission().waitIdle(ending.deadline)) continue;
        ending.cut = service.cutAll(CutReason::Drained);
        grace = Clock::now() + kCutGrace;
    }
    for (const auto& ending : endings) {
        static_cast<void>(ending.prepared->service->core().admission().waitIdle(grace));
    }
}

std::string toldOfCut(const std::string& service, std::size_t cut) {
    if (cut == 0) return {};
    return service + ": cut " + counted(cut, "connection") + " at the end of drain_timeout";
}

std::string toldOfHang(RunningService& service) {
    service.setState(ServiceState::Draining, "a handler does not end");
    return service.name() + ": a handler does not end; the service stays draining";
}

}  // namespace

std::vector<std::string> Host::State::retire(const std::vector<PreparedStep>& steps,
                                             std::optional<std::chrono::milliseconds> killAfter) {
    std::vector<std::string> lines;
    const auto add = [&](std::string line) {
        if (!line.empty()) lines.push_back(std::move(line));
    };
    auto endings = endingsOf(steps);
    for (const auto& prepared : steps) {
        if (!replaces(prepared)) continue;
        add(retireReplaced(prepared,
                           killAfter.value_or(prepared.step.wanted.options.drainTimeout)));
    }
    awaitAll(endings);
    for (const auto& ending : endings) {
        auto line = retireEnded(*ending.prepared);
        add(line.empty() ? toldOfCut(ending.prepared->step.name, ending.cut) : std::move(line));
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
    if (!service.settle(Clock::now(), disabled ? "enabled = off" : "removed")) {
        return toldOfHang(service);
    }
    if (disabled) {
        service.setState(ServiceState::Disabled, "enabled = off");
    } else {
        const std::lock_guard lock(mutex);
        services.erase(prepared.step.name);
    }
    return {};
}

std::string Host::State::closeAndSettle(RunningService& service, const std::string& reason,
                                        Clock::time_point deadline) {
    static_cast<void>(probation.end(service));
    service.close();
    if (service.settle(deadline, reason)) return {};
    const auto cut = service.cutAll(CutReason::Drained);
    if (service.settle(Clock::now() + kCutGrace, reason)) return toldOfCut(service.name(), cut);
    return toldOfHang(service);
}

}  // namespace berth::host
