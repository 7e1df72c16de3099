// host/change/applied_config.h - the configuration that is in force.
#pragma once

#include <cstdint>
#include <utility>

#include "berth/detail/mutex.h"
#include "host/config/host_config.h"

namespace berth::host {

// All but the services, which know their own.
//
// Threads: any.
class AppliedConfig {
public:
    explicit AppliedConfig(const HostConfig& initial) : config_(initial) {
        config_.services.clear();
    }

    // What is in force once `wanted` is: what takes effect only at the next start stays as it is.
    [[nodiscard]] HostConfig after(const HostConfig& wanted) const {
        const detail::Lock lock(mutex_);
        return {
            wanted.file, wanted.readAt, keeping(config_.host, wanted.host), config_.control, {}};
    }
    // Takes what after() made.
    void replace(HostConfig next) noexcept {
        const detail::Lock lock(mutex_);
        std::swap(config_, next);
        ++generation_;
    }
    // Without services.
    [[nodiscard]] HostConfig config() const {
        const detail::Lock lock(mutex_);
        return config_;
    }
    // How many configurations were applied so far.
    [[nodiscard]] std::uint64_t generation() const noexcept {
        const detail::Lock lock(mutex_);
        return generation_;
    }

private:
    static HostOptions keeping(const HostOptions& inForce, HostOptions wanted) {
        static_cast<StartOptions&>(wanted) = inForce;
        return wanted;
    }

    mutable detail::Mutex mutex_;
    HostConfig config_ BERTH_GUARDED_BY(mutex_);
    std::uint64_t generation_ BERTH_GUARDED_BY(mutex_) = 0;
};

}  // namespace berth::host
