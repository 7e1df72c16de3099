// host/control/views/counters.h - the names under which `stats` shows what a service counts.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "host/service/service_status.h"

namespace berth::host::control {

using CountOf = std::uint64_t (*)(const ConnectionCounts&);

inline constexpr std::array<std::pair<std::string_view, CountOf>, 15> kCounters{{
    {"accepted", [](const ConnectionCounts& counts) { return counts.accepted; }},
    {"refused", [](const ConnectionCounts& counts) { return counts.refused(); }},
    {"refused_access", [](const ConnectionCounts& counts) { return counts.refusedAccess; }},
    {"refused_limit", [](const ConnectionCounts& counts) { return counts.refusedLimit; }},
    {"refused_rate", [](const ConnectionCounts& counts) { return counts.refusedRate; }},
    {"refused_drain", [](const ConnectionCounts& counts) { return counts.refusedDrain; }},
    {"refused_descriptors",
     [](const ConnectionCounts& counts) { return counts.refusedDescriptors; }},
    {"served", [](const ConnectionCounts& counts) { return counts.served; }},
    {"open", [](const ConnectionCounts& counts) { return counts.open; }},
    {"ended", [](const ConnectionCounts& counts) { return counts.ended; }},
    {"failed", [](const ConnectionCounts& counts) { return counts.failed; }},
    {"held", [](const ConnectionCounts& counts) { return counts.held; }},
    {"holding", [](const ConnectionCounts& counts) { return counts.holding; }},
    {"bytes_in", [](const ConnectionCounts& counts) { return counts.bytesIn; }},
    {"bytes_out", [](const ConnectionCounts& counts) { return counts.bytesOut; }},
}};

}  // namespace berth::host::control
