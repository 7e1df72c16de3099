// host/engine/connection_registry.cpp
#include "host/engine/connection_registry.h"

#include <algorithm>
#include <utility>

namespace berth::host {

void ConnectionRegistry::add(RecordPtr record) {
    const detail::Lock lock(mutex_);
    record->registrySlot = static_cast<std::uint32_t>(records_.size());
    records_.push_back(std::move(record));
}

void ConnectionRegistry::remove(const ConnectionRecord& record) {
    const detail::Lock lock(mutex_);
    ended_.in += record.bytesIn();
    ended_.out += record.bytesOut();
    const auto slot = record.registrySlot;
    records_.back()->registrySlot = slot;
    records_[slot] = std::move(records_.back());
    records_.pop_back();
    removed_.notify_all();
}

ConnectionRegistry::RecordPtr ConnectionRegistry::find(std::uint64_t id) const {
    const detail::Lock lock(mutex_);
    const auto found =
        std::ranges::find(records_, id, [](const RecordPtr& record) { return record->facts().id; });
    return found == records_.end() ? nullptr : *found;
}

std::vector<ConnectionRegistry::RecordPtr> ConnectionRegistry::all() const {
    std::vector<RecordPtr> records;
    {
        const detail::Lock lock(mutex_);
        records.assign(records_.begin(), records_.end());
    }
    std::ranges::sort(records, {}, [](const RecordPtr& record) { return record->facts().id; });
    return records;
}

std::vector<std::uint64_t> ConnectionRegistry::cutIf(
    CutReason reason, const std::function<bool(const ConnectionRecord&)>& chosen) {
    std::vector<std::uint64_t> ids;
    for (const auto& record : all()) {
        if (!chosen(*record)) continue;
        record->cut(reason);
        ids.push_back(record->facts().id);
    }
    return ids;
}

std::size_t ConnectionRegistry::count(
    const std::function<bool(const ConnectionRecord&)>& chosen) const {
    const detail::Lock lock(mutex_);
    return static_cast<std::size_t>(
        std::ranges::count_if(records_, [&](const RecordPtr& record) { return chosen(*record); }));
}

bool ConnectionRegistry::waitNone(
    std::chrono::steady_clock::time_point deadline,
    const std::function<bool(const ConnectionRecord&)>& chosen) const {
    detail::UniqueLock lock(mutex_);
    return removed_.wait_until(lock.native(), deadline, [&]() BERTH_REQUIRES(mutex_) {
        return std::ranges::none_of(records_, [&](const auto& record) { return chosen(*record); });
    });
}

ConnectionRegistry::Bytes ConnectionRegistry::bytes() const {
    const detail::Lock lock(mutex_);
    auto sum = ended_;
    for (const auto& record : records_) {
        sum.in += record->bytesIn();
        sum.out += record->bytesOut();
    }
    return sum;
}

}  // namespace berth::host
