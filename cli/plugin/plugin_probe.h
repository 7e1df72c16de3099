// cli/plugin/plugin_probe.h - opens a plugin in a process of its own and asks what it offers.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "berth/setting_value.h"

namespace berth::cli {

struct KindDescription {
    std::string name;
    bool threadsOnly = false;
    std::vector<FieldDescription> fields;
};

// What opening the plugin brought to light.
struct PluginProbe {
    std::vector<KindDescription> kinds;
    std::vector<std::string> problems;  // one line each, such as an undefined symbol
    std::vector<std::string> warnings;  // loads, but will not unload cleanly
};

// The plugin's code runs in a child process: one that crashes, hangs or writes where it should
// not is a problem in the result, not the end of the tool.
// Requires: the process has one thread. Throws: std::system_error when there can be no child.
[[nodiscard]] PluginProbe probePlugin(const std::filesystem::path& file,
                                      std::chrono::milliseconds limit = std::chrono::seconds(10));

}  // namespace berth::cli
