// host/engine/connection_registry.h - the live connections of one service.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "berth/detail/mutex.h"
#include "host/engine/connection_record.h"

namespace berth::host {

// Threads: any.
class ConnectionRegistry {
public:
    using RecordPtr = std::shared_ptr<ConnectionRecord>;

    void add(RecordPtr record);
    // Keeps the record's byte counts in the totals.
    void remove(const ConnectionRecord& record);

    [[nodiscard]] RecordPtr find(std::uint64_t id) const;
    // In the order of their ids.
    [[nodiscard]] std::vector<RecordPtr> all() const;
    // Cuts each record that `chosen` picks; returns their ids.
    std::vector<std::uint64_t> cutIf(CutReason reason,
                                     const std::function<bool(const ConnectionRecord&)>& chosen);

    [[nodiscard]] std::size_t count(
        const std::function<bool(const ConnectionRecord&)>& chosen) const;

    // Waits until no live connection is one of those that `chosen` picks; false at `deadline`.
    [[nodiscard]] bool waitNone(std::chrono::steady_clock::time_point deadline,
                                const std::function<bool(const ConnectionRecord&)>& chosen) const;

    struct Bytes {
        std::uint64_t in = 0;
        std::uint64_t out = 0;
    };
    // Of all connections so far, the open ones included.
    [[nodiscard]] Bytes bytes() const;

private:
    mutable detail::Mutex mutex_;
    mutable std::condition_variable removed_;
    std::deque<RecordPtr> records_ BERTH_GUARDED_BY(mutex_);  // each knows its place
    Bytes ended_ BERTH_GUARDED_BY(mutex_);
};

}  // namespace berth::host
