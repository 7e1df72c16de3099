// cli/plugin/test_report.h - what `berth plugin test` prints.
#pragma once

#include <string>

#include "cli/app/console.h"
#include "kit/plugin_test.h"

namespace berth::cli {

// Prints each step when it is over: a line, and below it one for each finding.
class StepPrinter {
public:
    // Begins with a line that names what is tested. Throws: as Console::write().
    StepPrinter(const Console& console, const kit::TestPlan& plan);

    void print(const kit::StepResult& step);

private:
    const Console& console_;
    std::string skipped_;  // the suite of which it was told why the rest is not run
};

// The last line: how it went.
[[nodiscard]] std::string verdictText(const Console& console, const kit::PluginTestReport& report);

// One JSON object on one line.
[[nodiscard]] std::string testJson(const kit::PluginTestReport& report);

}  // namespace berth::cli
