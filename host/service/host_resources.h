// host/service/host_resources.h - what all services of one host share.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "host/fiber/loop_group.h"
#include "host/listen/inherited_sockets.h"
#include "host/service/deadlines.h"

namespace berth::host {

class LogSystem;

// Lifetime: outlives every service and every connection.
struct HostResources {
    LogSystem& logs;
    std::shared_ptr<const InheritedSockets> inherited;
    LoopGroup loops;
    Deadlines deadlines;
    std::atomic<std::uint64_t> lastConnection{0};  // ids, unique as long as the host runs
    std::atomic<std::uint64_t> lastDeployment{0};
};

}  // namespace berth::host
