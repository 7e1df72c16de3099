// tests/kit/kit_plan.h - short tests of the kit, and what they found.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "kit/plugin_test.h"

namespace berth::test {

// Few cycles, and so much patience that a busy machine finds nothing.
[[nodiscard]] kit::TestPlan shortPlan(
    const std::filesystem::path& file,
    const std::vector<std::pair<std::string, std::string>>& settings = {});

// The same with little patience, for plugins that use it up.
[[nodiscard]] kit::TestPlan impatient(kit::TestPlan plan);

// The same with another `patience`; its other limits change as that one does.
[[nodiscard]] kit::TestPlan withPatience(kit::TestPlan plan, std::chrono::milliseconds patience);

// All that was found, one line each.
[[nodiscard]] std::string findingsOf(const kit::PluginTestReport& report);

// How many steps have a finding of that name.
[[nodiscard]] std::size_t count(const kit::PluginTestReport& report, const std::string& id);

}  // namespace berth::test
