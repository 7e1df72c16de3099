// cli/plugin/check_report.h - what `berth plugin check` prints of one file.
#pragma once

#include <string>

#include "cli/app/console.h"
#include "cli/plugin/plugin_check.h"

namespace berth::cli {

// Such as `echo.so: ok`, then a line for each thing to know, problems first.
[[nodiscard]] std::string checkText(const Console& console, const PluginCheck& check);

// One JSON object on one line.
[[nodiscard]] std::string checkJson(const PluginCheck& check);

}  // namespace berth::cli
