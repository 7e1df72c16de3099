// kit/client_steps.h - the clients that a plugin must stand, as a table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kit/test_plan.h"

namespace berth::kit {

struct ClientStep {
    const char* name;
    bool meansWell;  // what the handler throws at such a client is a mistake of the plugin
    // Talks as clients of this kind do, and leaves. Returns how many they were.
    // Throws: std::system_error when a client cannot connect.
    std::size_t (*act)(std::uint16_t port, const TestPlan& plan);
};

[[nodiscard]] std::span<const ClientStep> clientSteps() noexcept;

// A request, the end of input, and everything that comes back.
void exchange(std::uint16_t port, const TestPlan& plan);

}  // namespace berth::kit
