// kit/client_steps.h - the clients that a plugin must stand, as a table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kit/client.h"
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

// A client that had its answer, stays, and says nothing more.
[[nodiscard]] Client staySilent(std::uint16_t port, const TestPlan& plan);
// One that sends requests and takes no answer, until the service waits for it.
[[nodiscard]] Client stayDeaf(std::uint16_t port, const TestPlan& plan);
// Whether a client that asks and ends is answered or closed in time.
[[nodiscard]] bool isServed(std::uint16_t port, const TestPlan& plan);

}  // namespace berth::kit
