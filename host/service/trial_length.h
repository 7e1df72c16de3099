// host/service/trial_length.h - how long something new is watched: `50 connections | 30s`.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "berth/setting_types.h"

namespace berth::host {

// Ends with so many connections or after so much time, whichever comes first; a part that is zero
// does not end it. Both zero: nothing is watched.
struct TrialLength {
    std::uint64_t connections = 0;
    std::chrono::milliseconds time{0};

    [[nodiscard]] bool none() const noexcept { return connections == 0 && time.count() == 0; }
    bool operator==(const TrialLength&) const = default;
};

[[nodiscard]] std::string toString(const TrialLength& length);

}  // namespace berth::host

namespace berth {

template <>
struct ValueCodec<host::TrialLength> {
    static host::TrialLength parse(ValueSource source);
    static std::string format(const host::TrialLength& length) { return toString(length); }
    static std::string typeName() { return "connections, time, or both"; }
};

}  // namespace berth
