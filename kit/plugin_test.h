// kit/plugin_test.h - START HERE: everything that is tested of a plugin, and what came of it.
#pragma once

#include <vector>

#include "kit/finding.h"
#include "kit/test_plan.h"

namespace berth::kit {

struct PluginTestReport {
    TestPlan plan;
    std::vector<StepResult> steps;

    [[nodiscard]] bool passed() const noexcept;
};

// Reads the file, then runs its code in processes of its own: one that crashes, hangs or writes
// where it should not is a finding, not the end of the caller.
// Requires: the process has one thread; the plan's kind is one of the file's, or the file is
// refused. Throws: Interrupted when SIGINT or SIGTERM came, std::exception when there can be no
// child, and what `observer` throws. Nothing is left behind then.
[[nodiscard]] PluginTestReport testPlugin(
    const TestPlan& plan, const StepObserver& observer = [](const StepResult&) {});

}  // namespace berth::kit
