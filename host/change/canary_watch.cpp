// host/change/canary_watch.cpp
#include "host/change/canary_watch.h"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "berth/detail/require.h"
#include "host/base/want_of_memory.h"

namespace berth::host {
namespace {

std::string described(const DeployedVersion& version) {
    const auto& generation = *version.generation;
    return generation.file().name + " " + generation.file().version + ", generation " +
           std::to_string(generation.number());
}

std::string verdict(const Canary& canary) {
    return std::to_string(canary.failed()) + " of " + std::to_string(canary.ended()) +
           " handlers failed";
}

std::string failedWhileReplaced(const CanaryWatch::Case& failed) {
    return failed.service->name() + ": " + described(*failed.current) +
           " failed its probation while it was replaced: " + verdict(*failed.canary);
}

}  // namespace

CanaryWatch::Cases CanaryWatch::prepare(std::shared_ptr<RunningService> service,
                                        const ProbationOptions& options) {
    startThreads();
    Cases prepared(1);
    auto& fresh = prepared.front();
    fresh.service = std::move(service);
    fresh.canary = std::make_shared<Canary>(options.probation.connections,
                                            options.probationFailures, [this] { thread_.wake(); });
    fresh.time = options.probation.time;
    return prepared;
}

void CanaryWatch::startThreads() {
    {
        const detail::Lock lock(mutex_);
        if (!aftermath_.joinable()) {
            aftermath_ = std::jthread([this](const std::stop_token& stop) { runAftermath(stop); });
        }
    }
    thread_.start();
}

void CanaryWatch::begin(Cases prepared, PreparedService& parts, Previous previous,
                        std::unique_ptr<ProbationMark> mark) noexcept {
    BERTH_REQUIRE(prepared.size() == 1);
    auto& fresh = prepared.front();
    fresh.current = parts.version();
    fresh.previous = std::move(previous);
    fresh.until = fresh.time.count() == 0 ? TimerThread::kNever : Clock::now() + fresh.time;
    fresh.mark = std::move(mark);
    parts.watchBy(fresh.canary);
    {
        const detail::Lock lock(mutex_);
        cases_.splice(cases_.end(), prepared);
    }
    thread_.wake();
}

std::optional<CanaryWatch::Previous> CanaryWatch::end(const RunningService& service) noexcept {
    Cases ended;  // destroyed after the lock
    const detail::Lock lock(mutex_);
    const auto found = std::ranges::find_if(
        cases_, [&](const Case& open) { return open.service.get() == &service; });
    if (found == cases_.end()) return std::nullopt;
    ended.splice(ended.end(), cases_, found);
    auto& last = ended.front();
    last.canary->giveUp();
    switch (last.canary->state()) {
        case Canary::State::Passed:
            return std::nullopt;
        case Canary::State::Failed:
            ifMemoryAllows([&] { log_.warning(failedWhileReplaced(last)); });
            break;
        case Canary::State::Open:
        case Canary::State::GivenUp:
            break;
    }
    return std::move(last.previous);
}

CanaryWatch::Clock::time_point CanaryWatch::closeNext() {
    constexpr std::chrono::milliseconds kMemoryPause{20};
    try {
        const detail::Lock lock(mutex_);
        const auto decided = findDecided();
        if (decided == cases_.end()) return nextDeadline();
        close(decided);
        return TimerThread::kAtOnce;
    } catch (const std::bad_alloc&) {
        return Clock::now() + kMemoryPause;
    }
}

CanaryWatch::Cases::iterator CanaryWatch::findDecided() {
    const auto now = Clock::now();
    return std::ranges::find_if(cases_, [now](const Case& open) {
        if (now >= open.until) open.canary->pass();
        return open.canary->state() != Canary::State::Open;
    });
}

CanaryWatch::Clock::time_point CanaryWatch::nextDeadline() const {
    auto next = TimerThread::kNever;
    for (const auto& open : cases_) next = std::min(next, open.until);
    return next;
}

void CanaryWatch::close(Cases::iterator decided) {
    const auto& name = decided->service->name();
    const auto tried = described(*decided->current);
    const auto result = verdict(*decided->canary);
    const auto reason = result + " during probation of " + tried;
    const auto& previous = decided->previous.version;
    const auto wentBack = name + ": went back to " + described(*previous) + ": " + reason;
    const auto passed = name + ": " + tried + " passed its probation, " + result;
    const auto replaced = failedWhileReplaced(*decided);
    const bool hasPassed = decided->canary->state() == Canary::State::Passed;
    const bool back = !hasPassed && decided->service->rollBack(decided->current, previous, reason);
    Cases closed;
    closed.splice(closed.end(), cases_, decided);
    {
        const detail::Unlock unlocked(mutex_);
        ifMemoryAllows([&] {
            if (hasPassed) return log_.information(passed);
            log_.warning(back ? wentBack : replaced);
        });
        if (!back) closed.clear();  // not under the lock: it may unload a plugin
    }
    if (!back) return;
    returned_.splice(returned_.end(), closed);
    changed_.notify_all();
}

void CanaryWatch::runAftermath(const std::stop_token& stop) {
    detail::UniqueLock lock(mutex_);
    while (changed_.wait(lock.native(), stop,
                         [this]() BERTH_REQUIRES(mutex_) { return !returned_.empty(); })) {
        Cases returned;
        returned.splice(returned.end(), returned_, returned_.begin());
        lock.unlock();
        finish(returned.front());
        returned.clear();  // not under the lock: it may unload a plugin
        lock.lock();
    }
}

void CanaryWatch::finish(const Case& returned) noexcept {
    try {
        untilMemoryAllows(
            [&] { rolledBack_(returned.service, returned.current, returned.previous); });
    } catch (const std::exception& error) {
        ifMemoryAllows([&] {
            log_.error(returned.service->name() +
                       ": it went back, but what is told of it is not mended: " + error.what());
        });
    }
}

}  // namespace berth::host
