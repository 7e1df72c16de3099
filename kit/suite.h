// kit/suite.h - steps that run one after the other in a process of their own.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "kit/finding.h"
#include "kit/reporter.h"
#include "kit/test_plan.h"

namespace berth::kit {

struct Suite {
    std::string name;
    std::vector<std::string> steps;
    // Runs the steps from that one on. Called in the child process. May throw: TestFailed, and
    // anything else when the test itself cannot go on.
    std::function<void(Reporter&, std::size_t from)> run;
};

// Runs the suite in child processes. One that dies or falls silent is a finding of the step that
// it was in; another one goes on with the next step. The first step makes what the others need:
// when it fails so, the others are not run.
// Requires: the process has one thread. Throws: std::system_error when there can be no child,
// Interrupted, and what `observer` throws.
[[nodiscard]] std::vector<StepResult> runApart(const Suite& suite, const TestPlan& plan,
                                               const StepObserver& observer);

}  // namespace berth::kit
