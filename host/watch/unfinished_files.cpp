// host/watch/unfinished_files.cpp
#include "host/watch/unfinished_files.h"

#include <algorithm>
#include <utility>

namespace berth::host {

bool UnfinishedFiles::opened(const Path& file, Clock::time_point now) {
    const auto found = files_.find(file);
    if (found != files_.end()) {
        ++found->second.openers;
        return false;
    }
    if (made_.erase(file) == 0) return false;
    files_.emplace(file, Writing{.first = now, .last = now, .openers = 1});
    return true;
}

void UnfinishedFiles::written(const Path& file, Clock::time_point now) {
    auto& writing = files_.try_emplace(file, Writing{.first = now, .last = now}).first->second;
    writing.last = now;
    writing.changed = true;
}

bool UnfinishedFiles::closed(const Path& file) {
    const auto found = files_.find(file);
    if (found == files_.end() || found->second.changed) return false;
    if (--found->second.openers > 0) return false;
    files_.erase(found);
    return true;
}

void UnfinishedFiles::finished(const Path& file) {
    made_.erase(file);
    files_.erase(file);
}

void UnfinishedFiles::forget(const std::function<bool(const Path&)>& those) {
    std::erase_if(made_, those);
    std::erase_if(files_, [&](const auto& entry) { return those(entry.first); });
}

void UnfinishedFiles::forEach(const std::function<void(const Path&)>& use) const {
    for (const auto& [file, writing] : files_) use(file);
}

UnfinishedFiles::Clock::time_point UnfinishedFiles::Writing::patience() const {
    return std::min(last + kLongestPause, first + kLongest);
}

std::optional<UnfinishedFiles::Clock::time_point> UnfinishedFiles::patience() const {
    std::optional<Clock::time_point> longest;
    for (const auto& [file, writing] : files_) {
        longest = std::max(longest.value_or(writing.patience()), writing.patience());
    }
    return longest;
}

std::vector<UnfinishedFiles::Path> UnfinishedFiles::takeOverdue(Clock::time_point now) {
    std::vector<Path> overdue;
    for (auto& [file, writing] : files_) {
        if (now < writing.patience() || std::exchange(writing.told, true)) continue;
        overdue.push_back(file);
    }
    return overdue;
}

}  // namespace berth::host
