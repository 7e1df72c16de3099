// host/change/retired_versions.cpp
#include "host/change/retired_versions.h"

#include <exception>
#include <string>
#include <utility>

#include "host/base/phrases.h"

namespace berth::host {

void RetiredVersions::add(std::shared_ptr<RunningService> service,
                          std::weak_ptr<const DeployedVersion> version,
                          Clock::time_point deadline) {
    prepare();
    {
        const detail::Lock lock(mutex_);
        entries_.emplace(deadline, Entry{std::move(service), std::move(version)});
    }
    thread_.wake();
}

RetiredVersions::Clock::time_point RetiredVersions::settleNext() {
    Entry entry;
    {
        const detail::Lock lock(mutex_);
        if (entries_.empty()) return TimerThread::kNever;
        const auto next = entries_.begin()->first;
        if (Clock::now() < next) return next;
        entry = std::move(entries_.extract(entries_.begin()).mapped());
    }
    bool done = false;
    try {
        done = settle(entry);
    } catch (const std::exception&) {
        // Out of memory: it is looked at once more.
    }
    if (!done) {
        const detail::Lock lock(mutex_);
        entries_.emplace(Clock::now() + kCutGrace, std::move(entry));
    }
    return TimerThread::kAtOnce;
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
