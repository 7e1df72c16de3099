// host/retirement.cpp
#include "host/retirement.h"

#include <exception>
#include <string>
#include <utility>

#include "host/phrases.h"

namespace berth::host {
void Retirement::add(std::shared_ptr<RunningService> service, std::weak_ptr<Deployment> deployment,
                     Clock::time_point deadline) {
    const std::lock_guard lock(mutex_);
    entries_.emplace(deadline, Entry{std::move(service), std::move(deployment)});
    if (!thread_.joinable()) {
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }
    changed_.notify_all();
}

void Retirement::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        if (entries_.empty()) {
            changed_.wait(lock, stop, [this] { return !entries_.empty(); });
            continue;
        }
        const auto next = entries_.begin()->first;
        if (Clock::now() < next) {
            changed_.wait_until(lock, stop, next, [&] { return entries_.begin()->first < next; });
            continue;
        }
        auto entry = std::move(entries_.extract(entries_.begin()).mapped());
        lock.unlock();
        bool done = false;
        try {
            done = settle(entry);
        } catch (const std::exception&) {
            // Out of memory: it is looked at once more.
        }
        lock.lock();
        if (!done) entries_.emplace(Clock::now() + kCutGrace, std::move(entry));
    }
}

bool Retirement::settle(Entry& entry) {
    auto& service = *entry.service;
    const bool engines = service.sweepEngines();
    std::uint64_t number = 0;
    {
        // A client whose PROXY header is still to come holds it without being listed.
        const auto deployment = entry.deployment.lock();
        if (!deployment || service.core().deployment() == deployment) return engines;
        number = deployment->number();
    }
    if (const auto open = service.openOn(number); open != 0) cut(entry, number, open);
    return false;
}

void Retirement::cut(Entry& entry, std::uint64_t deployment, std::size_t open) {
    auto& service = *entry.service;
    service.cut(deployment, CutReason::Drained);
    if (!std::exchange(entry.cut, true)) {
        log_.information(service.name() + ": cut " + counted(open, "connection") +
                         " of an old service object at the end of its time");
    } else if (!std::exchange(entry.told, true)) {
        log_.warning(service.name() + ": " + counted(open, "connection") +
                     " of an old service object do not end; its plugin stays loaded");
    }
}

}  // namespace berth::host
