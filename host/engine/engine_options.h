// host/engine/engine_options.h - the keys that say what runs a service's handlers.
#pragma once

#include <cstddef>

#include "host/base/option_table.h"

namespace berth::host {

enum class EngineKind { Threads, Fibers };

struct EngineOptions {
    EngineKind engine = EngineKind::Threads;
    std::size_t threads = 0;  // most handlers at once; 0: max_connections

    template <class Options>
    static void describe(OptionTable<Options>& table);

    bool operator==(const EngineOptions&) const = default;
};

template <class Options>
void EngineOptions::describe(OptionTable<Options>& table) {
    table
        .choice("engine", &EngineOptions::engine,
                {{"threads", EngineKind::Threads}, {"fibers", EngineKind::Fibers}},
                "What runs the handlers: a thread for each client, or a fiber.")
        .structural();
    table
        .field("threads", &EngineOptions::threads,
               "Most threads of the engine `threads`. 0: as many as `max_connections`.")
        .range(0, 100'000)
        .structural();
}

}  // namespace berth::host
