// host/service/deployed_version.h - what serves the clients of a service, as values.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "host/plugin/generation.h"

namespace berth::host {

// One life of a service: settings on a generation of its plugin. Who holds it keeps its service
// object, so that new clients can go to it again; a weak reference tells when that is gone.
struct DeployedVersion {
    std::uint64_t number = 0;  // unique within the host
    std::string kind;
    std::shared_ptr<Generation> generation;
};

using DeployedVersionPtr = std::shared_ptr<const DeployedVersion>;

}  // namespace berth::host
