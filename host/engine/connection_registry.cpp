// host/engine/connection_registry.cpp
#include "host/engine/connection_registry.h"

#include <algorithm>
#include <utility>

namespace berth::host {

void ConnectionRegistry::add(RecordPtr record) {
    const std::lock_guard lock(mutex_);
    const auto id = record->facts().id;
    records_.emplace(id, std::move(record));
}

void ConnectionRegistry::remove(const ConnectionRecord& record) {
    const std::lock_guard lock(mutex_);
    ended_.in += record.bytesIn();
    ended_.out += record.bytesOut();
    records_.erase(record.facts().id);
    removed_.notify_all();
}

ConnectionRegistry::RecordPtr ConnectionRegistry::find(std::uint64_t id) const {
    const std::lock_guard lock(mutex_);
    const auto found = records_.find(id);
    return found == records_.end() ? nullptr : found->second;
}

std::vector<ConnectionRegistry::RecordPtr> ConnectionRegistry::all() const {
    std::vector<RecordPtr> records;
    {
        const std::lock_guard lock(mutex_);
        records.reserve(records_.size());
        for (const auto& [id, record] : records_) records.push_back(record);
    }
    std::ranges::sort(records, {}, [](const RecordPtr& record) { return record->facts().id; });
    return records;
}

std::size_t ConnectionRegistry::cutIf(CutReason reason,
                                      const std::function<bool(const ConnectionRecord&)>& chosen) {
    std::size_t count = 0;
    for (const auto& record : all()) {
        if (!chosen(*record)) continue;
        record->cut(reason);
        ++count;
    }
    return count;
}

bool ConnectionRegistry::waitNone(
    std::chrono::steady_clock::time_point deadline,
    const std::function<bool(const ConnectionRecord&)>& chosen) const {
    std::unique_lock lock(mutex_);
    return removed_.wait_until(lock, deadline, [&] {
        return std::ranges::none_of(records_,
                                    [&](const auto& entry) { return chosen(*entry.second); });
    });
}

ConnectionRegistry::Bytes ConnectionRegistry::bytes() const {
    const std::lock_guard lock(mutex_);
    auto sum = ended_;
    for (const auto& [id, record] : records_) {
        sum.in += record->bytesIn();
        sum.out += record->bytesOut();
    }
    return sum;
}

}  // namespace berth::host
