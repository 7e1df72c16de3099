// host/probation.cpp
#include "host/probation.h"

#include <algorithm>
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
    auto trial = std::make_shared<Trial>(options.probation.connections, options.probationFailures,
                                         [this] { wake(); });
    current->beginTrial(trial);
    const auto time = options.probation.time;
    const std::lock_guard lock(mutex_);
    cases_.push_back({service, current, std::move(before), std::move(trial),
                      time.count() == 0 ? Clock::time_point::max() : Clock::now() + time});
    news_ = true;
    if (!thread_.joinable()) {
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
        aftermath_ = std::jthread([this](const std::stop_token& stop) { runAftermath(stop); });
    }
    changed_.notify_all();
}

std::optional<Probation::Before> Probation::end(const RunningService& service) {
    std::optional<Case> ended;  // destroyed after the lock
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find_if(
        cases_, [&](const Case& open) { return open.service.get() == &service; });
    if (found == cases_.end()) return std::nullopt;
    ended = std::move(*found);
    cases_.erase(found);
    ended->trial->giveUp();
    switch (ended->trial->state()) {
        case Trial::State::Passed:
            return std::nullopt;
        case Trial::State::Failed:
            log_.warning(service.name() + ": " + described(*ended->current) +
                         " failed its probation while it was replaced: " + verdict(*ended->trial));
            break;
        case Trial::State::Open:
        case Trial::State::GivenUp:
            break;
    }
    return ended->before;
}

void Probation::wake() {
    const std::lock_guard lock(mutex_);
    news_ = true;
    changed_.notify_all();
}

void Probation::run(const std::stop_token& stop) {
    Lock lock(mutex_);
    while (!stop.stop_requested()) {
        if (auto decided = takeDecided()) {
            close(lock, *std::move(decided));
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
    const auto found = std::ranges::find_if(cases_, [now](const Case& open) {
        if (now >= open.until) open.trial->pass();
        return open.trial->state() != Trial::State::Open;
    });
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

void Probation::close(Lock& lock, Case decided) {
    const auto& name = decided.service->name();
    const auto tried = described(*decided.current);
    const auto result = verdict(*decided.trial);
    const bool passed = decided.trial->state() == Trial::State::Passed;
    const auto reason = result + " during probation of " + tried;
    const auto& before = decided.before.deployment;
    const bool back = !passed && decided.service->goBack(decided.current, before, reason);
    lock.unlock();
    if (passed) log_.information(name + ": " + tried + " passed its probation, " + result);
    if (back) log_.warning(name + ": went back to " + described(*before) + ": " + reason);
    auto returned = back ? std::make_optional(std::move(decided)) : std::nullopt;
    if (!back) decided = {};  // not under the lock: it may unload a plugin
    lock.lock();
    if (!returned) return;
    returned_.push_back(*std::move(returned));
    changed_.notify_all();
}

void Probation::runAftermath(const std::stop_token& stop) {
    Lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !returned_.empty(); })) {
        std::optional<Case> returned = std::move(returned_.front());
        returned_.pop_front();
        lock.unlock();
        wentBack_(returned->service, returned->current, returned->before);
        returned.reset();  // not under the lock: it may unload a plugin
        lock.lock();
    }
}

}  // namespace berth::host
