// host/plugin/loading.h - the way of a plugin file into the process: staged, checked, opened.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "berth/inspect/plugin_file.h"
#include "berth/inspect/plugin_library.h"
#include "host/plugin/first_load.h"
#include "host/plugin/staging_folder.h"

namespace berth::host {

// What the file says of itself. Throws: PluginError, `PATH: every problem`, when it is refused.
[[nodiscard]] inspect::PluginFile acceptedPlugin(const std::filesystem::path& file);

// A plugin in memory together with the file it came from. Destroyed in the order: closed, then
// the copy removed.
struct LoadedPlugin {
    std::filesystem::path source;
    StagedFile staged;
    inspect::PluginFile file;
    std::vector<std::string> warnings;
    inspect::PluginLibrary library;
};

// Copies the file, checks the copy and loads it: what was checked is what is loaded. Runs the
// plugin's static initialisers, after the check and after `first` has tried them (null: untried),
// and asks its kinds for their settings. Throws: PluginError, `PATH: why`.
[[nodiscard]] LoadedPlugin loadPlugin(const std::filesystem::path& source,
                                      const StagingFolder& folder, FirstLoad* first = nullptr);

[[nodiscard]] std::string joined(const std::vector<std::string>& parts, std::string_view between);

}  // namespace berth::host
