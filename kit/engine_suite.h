// kit/engine_suite.h - clients of every kind, on one engine of the host.
#pragma once

#include "kit/suite.h"
#include "kit/test_bed.h"
#include "kit/test_plan.h"

namespace berth::kit {

// Lifetime: the plan outlives the suite.
[[nodiscard]] Suite engineSuite(const TestPlan& plan, EngineChoice choice);

}  // namespace berth::kit
