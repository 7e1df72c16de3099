// cli/plugin/describe_report.h - the settings of a kind of service, for reading.
#pragma once

#include <string>

#include "cli/app/console.h"
#include "cli/plugin/plugin_probe.h"

namespace berth::cli {

// A table with aligned columns, the help of each setting below it.
[[nodiscard]] std::string describeText(const Console& console, const KindDescription& kind);

// A Markdown section with a table; the configuration reference is made of these.
[[nodiscard]] std::string describeMarkdown(const KindDescription& kind);

}  // namespace berth::cli
