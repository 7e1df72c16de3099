// host/service/past_versions.cpp
#include "host/service/past_versions.h"

#include <algorithm>

namespace berth::host {

PastVersions::Entry PastVersions::entryOf(const std::shared_ptr<Deployment>& old) {
    if (!old) return {};
    const auto& file = old->generation().file();
    return {{old->number(), file.name, file.version, old->generation().number(), old}};
}

void PastVersions::add(Entry entry) noexcept {
    const detail::Lock lock(mutex_);
    std::erase_if(versions_, [](const Version& past) { return past.deployment.expired(); });
    versions_.splice(versions_.end(), entry);
}

void PastVersions::remove(std::uint64_t number) noexcept {
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
    std::vector<Version> past(versions_.begin(), versions_.end());
    std::erase_if(past, [&](const Version& each) {
        return current != nullptr && each.plugin == current->generation().file().name &&
               each.generation == current->generation().number();
    });
    return past;
}

}  // namespace berth::host
