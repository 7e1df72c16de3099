// host/service/timeout_options.h - the keys that say how long a connection may take.
#pragma once

#include <chrono>

#include "host/base/option_table.h"

namespace berth::host {

struct TimeoutOptions {
    std::chrono::milliseconds idleTimeout{std::chrono::minutes(5)};
    std::chrono::milliseconds writeTimeout{std::chrono::seconds(30)};
    std::chrono::milliseconds maxLifetime{0};
    std::chrono::milliseconds drainTimeout{std::chrono::seconds(10)};

    template <class Options>
    static void describe(OptionTable<Options>& table);

    bool operator==(const TimeoutOptions&) const = default;
};

template <class Options>
void TimeoutOptions::describe(OptionTable<Options>& table) {
    using std::chrono::milliseconds;
    constexpr milliseconds kNoTime{0};
    constexpr milliseconds kLongest{std::chrono::hours(20 * 24)};  // fits the int of poll(2)
    table
        .field("idle_timeout", &TimeoutOptions::idleTimeout,
               "Closes a connection that was silent for so long. 0: never.")
        .range(kNoTime, kLongest)
        .live();
    table
        .field("write_timeout", &TimeoutOptions::writeTimeout,
               "Closes a connection whose client takes no bytes for so long. 0: never.")
        .range(kNoTime, kLongest)
        .live();
    table
        .field("max_lifetime", &TimeoutOptions::maxLifetime,
               "Closes a connection that is so old. 0: never.")
        .range(kNoTime, kLongest)
        .live();
    table
        .field(
            "drain_timeout", &TimeoutOptions::drainTimeout,
            "How long connections may finish when the service stops or is replaced. 0: not at all.")
        .range(kNoTime, kLongest)
        .live();
}

}  // namespace berth::host
