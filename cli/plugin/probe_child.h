// cli/plugin/probe_child.h - the half of probePlugin() that runs the plugin's code.
#pragma once

#include <filesystem>

#include "cli/plugin/plugin_probe.h"

namespace berth::cli {

// Opens the plugin, asks each kind for its settings, closes it and looks whether it is gone.
[[nodiscard]] PluginProbe openAndAsk(const std::filesystem::path& file);

}  // namespace berth::cli
