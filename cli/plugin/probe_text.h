// cli/plugin/probe_text.h - carries a PluginProbe from one process to another.
#pragma once

#include <string>

#include "cli/plugin/plugin_probe.h"

namespace berth::cli {

[[nodiscard]] std::string formatProbe(const PluginProbe& probe);

// Throws: Poco::Exception when the text is not what formatProbe() made.
[[nodiscard]] PluginProbe parseProbe(const std::string& text);

}  // namespace berth::cli
