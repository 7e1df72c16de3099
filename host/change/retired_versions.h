// host/change/retired_versions.h - lets replaced versions of services finish, and cuts what is left
// in the end.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>

#include "berth/detail/mutex.h"
#include "berth/log.h"
#include "host/base/timer_thread.h"
#include "host/service/running_service.h"

namespace berth::host {

// How long a handler that was cut may take to notice.
inline constexpr std::chrono::seconds kCutGrace{5};

// Clients that were accepted before a swap stay with the old service object, in the background.
// When their time is over they are cut; a handler that does not even end then is told of.
//
// Threads: any. Lifetime: the log and the services' resources outlive it.
class RetiredVersions {
public:
    using Clock = TimerThread::Clock;

    explicit RetiredVersions(Log& log) : log_(log) {}
    RetiredVersions(const RetiredVersions&) = delete;
    RetiredVersions& operator=(const RetiredVersions&) = delete;
    ~RetiredVersions() = default;

    // A service with clients of a replaced version.
    struct Entry {
        std::shared_ptr<RunningService> service;
        std::weak_ptr<const DeployedVersion> version{};
        Clock::time_point next{};  // when it is looked at
        bool cut = false;
        bool told = false;
    };
    using Entries = std::list<Entry>;

    // An entry that is ready to be added, and the thread that add() needs.
    // Throws: std::system_error.
    [[nodiscard]] Entries prepare(std::shared_ptr<RunningService> service);
    // The clients of that version may stay until `deadline`. One that serves again by then is
    // left alone. Requires: `entry` was prepared.
    void add(Entries entry, std::weak_ptr<const DeployedVersion> version,
             Clock::time_point deadline) noexcept;

private:
    // Takes out the entry whose time comes first, if it has come; else tells when it comes.
    [[nodiscard]] Entries takeDue(Clock::time_point& next);

    // Settles one entry whose time has come; returns when it is to be called next.
    [[nodiscard]] Clock::time_point settleNext();
    // False when the entry must be looked at once more.
    [[nodiscard]] bool settle(Entry& entry);
    void cut(Entry& entry, std::uint64_t version, std::size_t open);

    Log& log_;
    detail::Mutex mutex_;
    Entries entries_ BERTH_GUARDED_BY(mutex_);
    // Started when first needed; last: it ends before what it uses.
    TimerThread thread_{[this] { return settleNext(); }};
};

}  // namespace berth::host
