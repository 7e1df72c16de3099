// host/service/deployed_versions.cpp
#include "host/service/deployed_versions.h"

#include <algorithm>

namespace berth::host {

DeployedVersions::Entry DeployedVersions::entryOf(const std::shared_ptr<Deployment>& deployment) {
    const auto& generation = deployment->generation();
    const auto& file = generation.file();
    return {{deployment->number(), file.name, file.version, generation.number(), deployment}};
}

void DeployedVersions::add(Entry entry) noexcept {
    const detail::Lock lock(mutex_);
    std::erase_if(versions_, [](const Version& each) { return each.deployment.expired(); });
    versions_.splice(versions_.end(), entry);
}

std::shared_ptr<Deployment> DeployedVersions::find(std::uint64_t number) const noexcept {
    const detail::Lock lock(mutex_);
    const auto found = std::ranges::find(versions_, number, &Version::number);
    return found == versions_.end() ? nullptr : found->deployment.lock();
}

std::vector<DeployedVersions::Version> DeployedVersions::otherThan(
    const Deployment* current) const {
    const detail::Lock lock(mutex_);
    std::vector<Version> past(versions_.begin(), versions_.end());
    std::erase_if(past, [&](const Version& each) {
        return current != nullptr && each.plugin == current->generation().file().name &&
               each.generation == current->generation().number();
    });
    return past;
}

}  // namespace berth::host
