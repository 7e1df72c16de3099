// host/change/canary_watch.cpp
#include "host/change/canary_watch.h"

#include <algorithm>
#include <exception>
#include <utility>

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

}  // namespace

void CanaryWatch::prepare() {
    {
        const detail::Lock lock(mutex_);
        if (!aftermath_.joinable()) {
            aftermath_ = std::jthread([this](const std::stop_token& stop) { runAftermath(stop); });
        }
    }
    thread_.start();
}

void CanaryWatch::begin(const std::shared_ptr<RunningService>& service, PreparedService& parts,
                        Previous previous, const ProbationOptions& options,
                        std::unique_ptr<ProbationMark> mark) {
    auto canary = std::make_shared<Canary>(options.probation.connections, options.probationFailures,
                                           [this] { thread_.wake(); });
    parts.watchBy(canary);
    const auto time = options.probation.time;
    prepare();
    {
        const detail::Lock lock(mutex_);
        cases_.push_back({service, parts.version(), std::move(previous), std::move(canary),
                          time.count() == 0 ? TimerThread::kNever : Clock::now() + time,
                          std::move(mark)});
    }
    thread_.wake();
}

std::optional<CanaryWatch::Previous> CanaryWatch::end(const RunningService& service) {
    std::optional<Case> ended;  // destroyed after the lock
    const detail::Lock lock(mutex_);
    const auto found = std::ranges::find_if(
        cases_, [&](const Case& open) { return open.service.get() == &service; });
    if (found == cases_.end()) return std::nullopt;
    ended = std::move(*found);
    cases_.erase(found);
    ended->canary->giveUp();
    switch (ended->canary->state()) {
        case Canary::State::Passed:
            return std::nullopt;
        case Canary::State::Failed:
            log_.warning(service.name() + ": " + described(*ended->current) +
                         " failed its probation while it was replaced: " + verdict(*ended->canary));
            break;
        case Canary::State::Open:
        case Canary::State::GivenUp:
            break;
    }
    return ended->previous;
}

CanaryWatch::Clock::time_point CanaryWatch::closeNext() {
    const detail::Lock lock(mutex_);
    auto decided = takeDecided();
    if (!decided) return nextDeadline();
    close(*std::move(decided));
    return TimerThread::kAtOnce;
}

std::optional<CanaryWatch::Case> CanaryWatch::takeDecided() {
    const auto now = Clock::now();
    const auto found = std::ranges::find_if(cases_, [now](const Case& open) {
        if (now >= open.until) open.canary->pass();
        return open.canary->state() != Canary::State::Open;
    });
    if (found == cases_.end()) return std::nullopt;
    auto decided = std::move(*found);
    cases_.erase(found);
    return decided;
}

CanaryWatch::Clock::time_point CanaryWatch::nextDeadline() const {
    auto next = TimerThread::kNever;
    for (const auto& open : cases_) next = std::min(next, open.until);
    return next;
}

void CanaryWatch::close(Case decided) {
    const auto& name = decided.service->name();
    const auto tried = described(*decided.current);
    const auto result = verdict(*decided.canary);
    const bool passed = decided.canary->state() == Canary::State::Passed;
    const auto reason = result + " during probation of " + tried;
    const auto& previous = decided.previous.version;
    const bool back = !passed && decided.service->goBack(decided.current, previous, reason);
    {
        const detail::Unlock unlocked(mutex_);
        if (passed) log_.information(name + ": " + tried + " passed its probation, " + result);
        if (!passed && !back) {
            log_.warning(name + ": " + tried +
                         " failed its probation while it was replaced: " + result);
        }
        if (back) log_.warning(name + ": went back to " + described(*previous) + ": " + reason);
        if (!back) decided = {};  // not under the lock: it may unload a plugin
    }
    if (!back) return;
    returned_.push_back(std::move(decided));
    changed_.notify_all();
}

void CanaryWatch::runAftermath(const std::stop_token& stop) {
    detail::UniqueLock lock(mutex_);
    while (changed_.wait(lock.native(), stop,
                         [this]() BERTH_REQUIRES(mutex_) { return !returned_.empty(); })) {
        std::optional<Case> returned = std::move(returned_.front());
        returned_.pop_front();
        lock.unlock();
        try {
            rolledBack_(returned->service, returned->current, returned->previous);
        } catch (const std::exception& error) {
            log_.error(returned->service->name() +
                       ": it went back, but what is told of it is not mended: " + error.what());
        }
        returned.reset();  // not under the lock: it may unload a plugin
        lock.lock();
    }
}

}  // namespace berth::host
