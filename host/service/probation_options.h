// host/service/probation_options.h - the keys that say how a new version of a plugin is watched.
#pragma once

#include <cstdint>

#include "host/base/option_table.h"
#include "host/service/trial_length.h"

namespace berth::host {

struct ProbationOptions {
    TrialLength probation;  // of a new generation; none: it is trusted at once
    std::uint64_t probationFailures = 2;

    template <class Options>
    static void describe(OptionTable<Options>& table);

    bool operator==(const ProbationOptions&) const = default;
};

template <class Options>
void ProbationOptions::describe(OptionTable<Options>& table) {
    table.field("probation", &ProbationOptions::probation,
                "How long a new version of the plugin is watched, such as `50 connections | 30s`. "
                "0: it is trusted at once.");
    table
        .field("probation_failures", &ProbationOptions::probationFailures,
               "Most handlers that may fail during probation. One more, and the host goes back to "
               "the version before.")
        .range(0, 1'000'000);
}

}  // namespace berth::host
