// host/control/counters.h - the names under which `stats` shows what a service counts.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "host/status.h"

namespace berth::host::control {

using CounterMember = std::uint64_t ConnectionCounts::*;

inline constexpr std::array<std::pair<std::string_view, CounterMember>, 14> kCounters{{
    {"accepted", &ConnectionCounts::accepted},
    {"refused", &ConnectionCounts::refused},
    {"refused_access", &ConnectionCounts::refusedAccess},
    {"refused_limit", &ConnectionCounts::refusedLimit},
    {"refused_rate", &ConnectionCounts::refusedRate},
    {"refused_drain", &ConnectionCounts::refusedDrain},
    {"served", &ConnectionCounts::served},
    {"open", &ConnectionCounts::open},
    {"ended", &ConnectionCounts::ended},
    {"failed", &ConnectionCounts::failed},
    {"held", &ConnectionCounts::held},
    {"holding", &ConnectionCounts::holding},
    {"bytes_in", &ConnectionCounts::bytesIn},
    {"bytes_out", &ConnectionCounts::bytesOut},
}};

}  // namespace berth::host::control
