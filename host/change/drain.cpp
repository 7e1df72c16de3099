// host/change/drain.cpp
#include "host/change/drain.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <utility>

#include "berth/units.h"
#include "host/base/phrases.h"
#include "host/base/want_of_memory.h"
#include "host/service/hang_report.h"

namespace berth::host {
namespace {

using Clock = Drain::Clock;

// A service that drained, or never ended, has clients of its old version when it is started.
bool replaces(const PreparedStep& prepared) {
    if (std::holds_alternative<step::Start>(prepared.step)) {
        return !prepared.replaced.expired() || !prepared.service->sweepEngines();
    }
    const auto* change = std::get_if<step::Change>(&prepared.step);
    return change != nullptr && (change->redeploys() || change->newEngine);
}

bool ends(const PreparedStep& prepared) {
    return std::holds_alternative<step::Stop>(prepared.step) ||
           std::holds_alternative<step::Remove>(prepared.step);
}

std::chrono::milliseconds drainTimeout(const PreparedStep& prepared) {
    return configOf(prepared.step).options.drainTimeout;
}

}  // namespace

std::vector<std::string> Drain::retire(std::vector<PreparedStep>& steps,
                                       std::optional<std::chrono::milliseconds> killAfter) const {
    const auto limitOf = [&](const auto& step) { return killAfter.value_or(drainTimeout(step)); };
    // Asked before a limit holds, which may be none: then they are cut at once.
    const auto replaced = untilMemoryAllows([&] {
        std::vector<std::string> lines;
        for (const auto& step : steps) {
            if (replaces(step)) lines.push_back(describeReplaced(step, limitOf(step)));
        }
        return lines;
    });
    for (auto& step : steps) {
        if (!replaces(step)) continue;
        retired_.add(std::move(step.retired), step.replaced, Clock::now() + limitOf(step));
    }
    return untilMemoryAllows([&] {
        auto lines = replaced;
        std::ranges::move(retireEnded(steps), std::back_inserter(lines));
        std::erase(lines, std::string());
        return lines;
    });
}

std::string Drain::describeReplaced(const PreparedStep& step, std::chrono::milliseconds limit) {
    const auto replaced = step.replaced.lock();
    const auto open = replaced ? step.service->openOn(replaced->number) : 0;
    if (open == 0) return {};
    return step.service->name() + ": " + counted(open, "connection") +
           " may finish on the old service object for " + formatDuration(limit);
}

std::vector<std::string> Drain::retireEnded(const std::vector<PreparedStep>& steps) const {
    std::vector<std::future<std::string>> endings;
    for (const auto& prepared : steps) {
        if (!ends(prepared)) continue;
        endings.push_back(std::async([this, &prepared] { return retireEnded(prepared); }));
    }
    std::vector<std::string> lines;
    for (auto& ending : endings) lines.push_back(ending.get());
    return lines;
}

std::string Drain::retireEnded(const PreparedStep& prepared) const {
    auto& service = *prepared.service;
    const bool disabled = std::holds_alternative<step::Stop>(prepared.step);
    auto line =
        stop(service, disabled ? kDisabled : "removed", Clock::now() + drainTimeout(prepared));
    if (service.state() != ServiceState::Stopped) return line;
    if (disabled) {
        service.setState(ServiceState::Disabled, kDisabled);
    } else {
        services_.erase(service.name());
    }
    return line;
}

std::string Drain::stop(RunningService& service, const std::string& reason,
                        Clock::time_point deadline) const {
    static_cast<void>(canaries_.end(service));
    service.close();
    return untilMemoryAllows([&]() -> std::string {
        if (service.settle(deadline, reason)) return {};
        const auto cut = service.cutAll(CutReason::Drained).size();
        if (service.settle(Clock::now() + kCutGrace, reason)) {
            return service.name() + ": cut " + counted(cut, "connection") +
                   " at the end of drain_timeout";
        }
        return tellStuck(service);
    });
}

std::string Drain::tellStuck(RunningService& service) const {
    const auto open = service.connections();
    const auto what = open.size() <= 1 ? "a handler does not end"
                                       : std::to_string(open.size()) + " handlers do not end";
    service.setState(ServiceState::Draining, what);
    auto line = service.name() + ": " + what + "; the service stays draining";
    constexpr std::size_t kMostNamed = 5;
    const auto hangs = hangs_.hangs();
    for (std::size_t i = 0; i < std::min(open.size(), kMostNamed); ++i) {
        line += "; " + describeStuck(open[i], hangs);
    }
    return line;
}

bool Drain::stopAll(Shutdown how) const {
    const auto now = Clock::now();
    const auto services = services_.all();
    for (const auto& [name, service] : services) {
        static_cast<void>(canaries_.end(*service));
        service->close();
    }
    if (how == Shutdown::Now) {
        for (const auto& [name, service] : services) service->cutAll(CutReason::Drained);
    }
    std::vector<std::future<bool>> endings;
    for (const auto& [name, service] : services) {
        const auto limit =
            how == Shutdown::Now ? kCutGrace : service->config().options.drainTimeout;
        endings.push_back(std::async([&service = *service, deadline = now + limit] {
            if (!service.settle(deadline, "shutdown")) service.cutAll(CutReason::Drained);
            const auto grace = Clock::now() + kCutGrace;
            return service.settle(grace, "shutdown") && service.waitOldGone(grace);
        }));
    }
    const auto ended = std::ranges::count_if(endings, [](auto& ending) { return ending.get(); });
    return ended == std::ssize(endings);
}

void Drain::finishBehind() const {
    const auto now = Clock::now();
    const auto services = services_.all();
    for (const auto& [name, service] : services) {
        const auto deadline = now + service->config().options.drainTimeout;
        const bool handedOn = std::ranges::all_of(service->listeners(), [&](const auto& listener) {
            return listener->socket().accepting().waitHeld(deadline);
        });
        // Else clients would still be queued here once the next process stops the service.
        if (handedOn) service->listenOnly({});
    }
    for (const auto& [name, service] : services) {
        const auto deadline = now + service->config().options.drainTimeout;
        if (service->listeners().empty()) static_cast<void>(service->waitNobody(deadline));
    }
}

}  // namespace berth::host
