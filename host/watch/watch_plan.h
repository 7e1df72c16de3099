// host/watch/watch_plan.h - which files take effect by themselves.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/config/host_config.h"

namespace berth::host {

// Files of one folder.
struct WatchedFolder {
    std::filesystem::path folder;       // absolute
    std::vector<std::string> patterns;  // of their names, as in a shell
    std::vector<std::string> ini{};     // those of the patterns that are for ini files

    // Editors' and copiers' temporary files never match.
    [[nodiscard]] bool matches(const std::string& name) const;
    [[nodiscard]] bool isIni(const std::string& name) const;
    bool operator==(const WatchedFolder&) const = default;
};

// Plugins, in folders and by name, the main file, the files of `include`, and the services'
// certificates with their keys; nothing with `watch = off`.
[[nodiscard]] std::vector<WatchedFolder> watchPlan(const HostConfig& config);

}  // namespace berth::host
