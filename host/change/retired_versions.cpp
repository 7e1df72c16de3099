// host/change/retired_versions.cpp
#include "host/change/retired_versions.h"

#include <exception>
#include <string>
#include <utility>

#include "host/base/phrases.h"

namespace berth::host {

void RetiredVersions::prepare() {
    const detail::Lock lock(mutex_);
    if (thread_.joinable()) return;
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void RetiredVersions::add(std::shared_ptr<RunningService> service,
                          std::weak_ptr<const DeployedVersion> version,
                          Clock::time_point deadline) {
    prepare();
    const detail::Lock lock(mutex_);
    entries_.emplace(deadline, Entry{std::move(service), std::move(version)});
    changed_.notify_all();
}

void RetiredVersions::run(const std::stop_token& stop) {
    detail::UniqueLock lock(mutex_);
    while (!stop.stop_requested()) {
        if (entries_.empty()) {
            changed_.wait(lock.native(), stop,
                          [this]() BERTH_REQUIRES(mutex_) { return !entries_.empty(); });
            continue;
        }
        const auto next = entries_.begin()->first;
        if (Clock::now() < next) {
            changed_.wait_until(lock.native(), stop, next, [&]() BERTH_REQUIRES(mutex_) {
                return entries_.begin()->first < next;
            });
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

bool RetiredVersions::settle(Entry& entry) {
    auto& service = *entry.service;
    const bool engines = service.sweepEngines();
    std::uint64_t number = 0;
    {
        // A client whose PROXY header is still to come holds it without being listed.
        const auto version = entry.version.lock();
        if (!version || service.version() == version) return engines;
        number = version->number;
    }
    if (const auto open = service.openOn(number); open != 0) cut(entry, number, open);
    return false;
}

void RetiredVersions::cut(Entry& entry, std::uint64_t version, std::size_t open) {
    auto& service = *entry.service;
    service.cutVersion(version, CutReason::Drained);
    if (!std::exchange(entry.cut, true)) {
        log_.information(service.name() + ": cut " + counted(open, "connection") +
                         " of an old service object at the end of its time");
    } else if (!std::exchange(entry.told, true)) {
        log_.warning(service.name() + ": " + counted(open, "connection") +
                     " of an old service object " + (open == 1 ? "does" : "do") +
                     " not end; its plugin stays loaded");
    }
}

}  // namespace berth::host
