// kit/life_suite.h - load, make, stop, destroy, unload: many times, and nothing may be left.
#pragma once

#include "kit/suite.h"
#include "kit/test_plan.h"

namespace berth::kit {

// Lifetime: the plan outlives the suite.
[[nodiscard]] Suite lifeSuite(const TestPlan& plan);

}  // namespace berth::kit
