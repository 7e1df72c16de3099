// host/admission/rate.h - so many events in so much time: `100/s`, `20 / 10s`, `1000/m`.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "berth/setting_types.h"

namespace berth::host {

// A limit for a token bucket: `events` in each `period`, and as many at once. Zero: no limit.
struct Rate {
    std::uint64_t events = 0;
    std::chrono::milliseconds period{0};

    [[nodiscard]] bool unlimited() const noexcept { return events == 0; }
    bool operator==(const Rate&) const = default;
};

[[nodiscard]] std::string toString(Rate rate);

}  // namespace berth::host

namespace berth {

template <>
struct ValueCodec<host::Rate> {
    static host::Rate parse(ValueSource source);
    static std::string format(host::Rate rate) { return toString(rate); }
    static std::string typeName() { return "rate"; }
};

}  // namespace berth
