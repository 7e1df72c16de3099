// host/admission/admission_counts.h - what the admission of a service decided, in numbers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace berth::host {

// Every accepted connection is counted once as refused, served or held; every served one is open or
// ended: accepted == refused + served + holding, served == open + ended. One lock guards them all,
// so that a snapshot always agrees with itself.
struct AdmissionCounts {
    std::uint64_t accepted = 0;
    std::uint64_t refusedAccess = 0;
    std::uint64_t refusedLimit = 0;
    std::uint64_t refusedRate = 0;
    std::uint64_t refusedDrain = 0;
    std::uint64_t refusedDescriptors = 0;
    std::uint64_t served = 0;
    std::uint64_t open = 0;
    std::uint64_t ended = 0;
    std::uint64_t failed = 0;   // of the ended: the handler threw
    std::uint64_t held = 0;     // times a new connection had to wait for a place
    std::uint64_t holding = 0;  // waiting right now
    std::size_t places = 0;     // max_connections

    [[nodiscard]] std::uint64_t refused() const noexcept {
        return refusedAccess + refusedLimit + refusedRate + refusedDrain + refusedDescriptors;
    }
};

}  // namespace berth::host
