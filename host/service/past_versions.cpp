// host/service/past_versions.cpp
#include "host/service/past_versions.h"

#include <algorithm>

namespace berth::host {

void PastVersions::add(const std::shared_ptr<Deployment>& old) {
    if (!old) return;
    const auto& file = old->generation().file();
    const detail::Lock lock(mutex_);
    std::erase_if(versions_, [](const Version& past) { return past.deployment.expired(); });
    versions_.push_back({old->number(), file.name, file.version, old->generation().number(), old});
}

void PastVersions::remove(std::uint64_t number) {
    const detail::Lock lock(mutex_);
    std::erase_if(versions_, [&](const Version& past) { return past.number == number; });
}

std::shared_ptr<Deployment> PastVersions::find(std::uint64_t number) const {
    const detail::Lock lock(mutex_);
    const auto found = std::ranges::find(versions_, number, &Version::number);
    return found == versions_.end() ? nullptr : found->deployment.lock();
}

std::vector<PastVersions::Version> PastVersions::otherThan(const Deployment* current) const {
    const detail::Lock lock(mutex_);
    auto past = versions_;
    std::erase_if(past, [&](const Version& each) {
        return current != nullptr && each.plugin == current->generation().file().name &&
               each.generation == current->generation().number();
    });
    return past;
}

}  // namespace berth::host
