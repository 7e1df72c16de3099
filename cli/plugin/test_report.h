// cli/plugin/test_report.h - what `berth plugin test` prints.
#pragma once

#include <string>

#include "cli/app/console.h"
#include "kit/plugin_test.h"

namespace berth::cli {

// A line for each step, and below it one for each finding.
[[nodiscard]] std::string testText(const Console& console, const kit::PluginTestReport& report);

// One JSON object on one line.
[[nodiscard]] std::string testJson(const kit::PluginTestReport& report);

}  // namespace berth::cli
