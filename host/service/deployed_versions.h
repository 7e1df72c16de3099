// host/service/deployed_versions.h - the versions of a service that may have clients.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "berth/detail/mutex.h"
#include "host/service/deployment.h"

namespace berth::host {

// The one that new clients get, and those before whose clients keep their generation of the plugin
// loaded.
//
// Threads: any.
class DeployedVersions {
public:
    struct Version {
        std::uint64_t number = 0;
        std::string plugin;
        std::string version;
        std::uint64_t generation = 0;
        std::weak_ptr<Deployment> deployment;
    };

    // One that is ready to be added.
    using Entry = std::list<Version>;
    [[nodiscard]] static Entry entryOf(const std::shared_ptr<Deployment>& deployment);
    void add(Entry entry) noexcept;
    // Null when there is none, or it is gone.
    [[nodiscard]] std::shared_ptr<Deployment> find(std::uint64_t number) const noexcept;
    // Those of other generations than that of `current`, which may be null.
    [[nodiscard]] std::vector<Version> otherThan(const Deployment* current) const;

private:
    mutable detail::Mutex mutex_;
    std::list<Version> versions_ BERTH_GUARDED_BY(mutex_);
};

}  // namespace berth::host
