// host/change/retired_versions.cpp
#include "host/change/retired_versions.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "berth/detail/require.h"
#include "host/base/phrases.h"

namespace berth::host {

RetiredVersions::Entries RetiredVersions::prepare(std::shared_ptr<RunningService> service) {
    thread_.start();
    return {{.service = std::move(service)}};
}

void RetiredVersions::add(Entries entry, std::weak_ptr<const DeployedVersion> version,
                          Clock::time_point deadline) noexcept {
    BERTH_REQUIRE(entry.size() == 1);
    entry.front().version = std::move(version);
    entry.front().next = deadline;
    {
        const detail::Lock lock(mutex_);
        entries_.splice(entries_.end(), entry);
    }
    thread_.wake();
}

RetiredVersions::Clock::time_point RetiredVersions::settleNext() {
    auto next = TimerThread::kNever;
    auto due = takeDue(next);
    if (due.empty()) return next;
    bool done = false;
    try {
        done = settle(due.front());
    } catch (const std::exception&) {
        // Out of memory: it is looked at once more.
    }
    if (!done) {
        due.front().next = Clock::now() + kCutGrace;
        const detail::Lock lock(mutex_);
        entries_.splice(entries_.end(), due);
    }
    return TimerThread::kAtOnce;
}

RetiredVersions::Entries RetiredVersions::takeDue(Clock::time_point& next) {
    Entries due;
    const detail::Lock lock(mutex_);
    const auto first = std::ranges::min_element(entries_, {}, &Entry::next);
    if (first == entries_.end()) return due;
    next = first->next;
    if (next <= Clock::now()) due.splice(due.end(), entries_, first);
    return due;
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
