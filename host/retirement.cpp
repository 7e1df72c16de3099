// host/retirement.cpp
#include "host/retirement.h"

#include <string>
#include <utility>

namespace berth::host {
namespace {

// How long a handler that was cut may take to notice.
constexpr std::chrono::seconds kCutGrace{5};

std::string counted(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " connection" : " connections");
}

}  // namespace

void Retirement::add(std::shared_ptr<RunningService> service, std::uint64_t deployment,
                     Clock::time_point deadline) {
    const std::lock_guard lock(mutex_);
    entries_.emplace(deadline, Entry{std::move(service), deployment});
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
        const bool done = settle(entry);
        lock.lock();
        if (!done) entries_.emplace(Clock::now() + kCutGrace, std::move(entry));
    }
}

bool Retirement::settle(Entry& entry) {
    auto& service = *entry.service;
    service.sweepEngines();
    const auto open = service.openOn(entry.deployment);
    if (open == 0) return true;
    if (entry.cut) {
        log_.warning(service.name() + ": " + counted(open) +
                     " of an old service object do not end; its plugin stays loaded");
        return true;
    }
    service.cut(entry.deployment, CutReason::Drained);
    log_.information(service.name() + ": cut " + counted(open) +
                     " of an old service object at the end of its time");
    entry.cut = true;
    return false;
}

}  // namespace berth::host
