// host/probation.cpp
#include "host/probation.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace berth::host {
namespace {

std::string described(const Deployment& deployment) {
    const auto& generation = deployment.generation();
    return generation.file().name + " " + generation.file().version + ", generation " +
           std::to_string(generation.number());
}

std::string verdict(const Trial& trial) {
    return std::to_string(trial.failed()) + " of " + std::to_string(trial.ended()) +
           " handlers failed";
}

}  // namespace

void Probation::begin(const std::shared_ptr<RunningService>& service,
                      const std::shared_ptr<Deployment>& current, Before before,
                      const ServiceOptions& options) {
    auto trial = std::make_shared<Trial>(
        options.probation.connections, options.probationFailures,
        [this, &deployment = *current](bool passed) { decide(deployment, passed); });
    current->beginTrial(trial);
    const auto time = options.probation.time;
    const std::lock_guard lock(mutex_);
    cases_.push_back({service, current, std::move(before), std::move(trial),
                      time.count() == 0 ? Clock::time_point::max() : Clock::now() + time,
                      std::nullopt});
    news_ = true;
    if (!thread_.joinable()) {
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }
    changed_.notify_all();
}

std::optional<Probation::Before> Probation::end(const RunningService& service) {
    std::optional<Case> ended;  // destroyed after the lock
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find_if(
        cases_, [&](const Case& open) { return open.service.get() == &service; });
    if (found == cases_.end() || !found->trial->giveUp()) return std::nullopt;
    ended = std::move(*found);
    cases_.erase(found);
    return ended->before;
}

void Probation::decide(const Deployment& current, bool passed) {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find_if(
        cases_, [&](const Case& open) { return open.current.get() == &current; });
    if (found == cases_.end()) return;
    found->passed = passed;
    news_ = true;
    changed_.notify_all();
}

void Probation::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        if (auto decided = takeDecided()) {
            lock.unlock();
            try {
                close(*decided);
            } catch (const std::exception&) {
                // Out of memory: what serves now goes on serving.
            }
            decided.reset();  // not under the lock: it may unload a plugin
            lock.lock();
            continue;
        }
        news_ = false;
        const auto deadline = nextDeadline();
        const auto hasNews = [this] { return news_; };
        if (deadline == Clock::time_point::max()) {
            changed_.wait(lock, stop, hasNews);
        } else {
            changed_.wait_until(lock, stop, deadline, hasNews);
        }
    }
}

std::optional<Probation::Case> Probation::takeDecided() {
    const auto now = Clock::now();
    for (auto& open : cases_) {
        if (!open.passed && now >= open.until && open.trial->giveUp()) open.passed = true;
    }
    const auto found =
        std::ranges::find_if(cases_, [](const Case& open) { return open.passed.has_value(); });
    if (found == cases_.end()) return std::nullopt;
    auto decided = std::move(*found);
    cases_.erase(found);
    return decided;
}

Probation::Clock::time_point Probation::nextDeadline() const {
    auto next = Clock::time_point::max();
    for (const auto& open : cases_) next = std::min(next, open.until);
    return next;
}

void Probation::close(const Case& decided) {
    const auto& name = decided.service->name();
    if (*decided.passed) {
        log_.information(name + ": " + described(*decided.current) + " passed its probation, " +
                         verdict(*decided.trial));
        return;
    }
    const auto reason =
        verdict(*decided.trial) + " during probation of " + described(*decided.current);
    const auto& before = decided.before;
    if (!decided.service->goBack(decided.current, before.deployment, reason)) return;
    log_.warning(name + ": went back to " + described(*before.deployment) + ": " + reason);
    wentBack_(decided.service, decided.current, before);
}

}  // namespace berth::host
