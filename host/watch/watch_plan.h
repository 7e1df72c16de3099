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

    // Editors' and copiers' temporary files never match.
    [[nodiscard]] bool matches(const std::string& name) const;
    bool operator==(const WatchedFolder&) const = default;
};

// Plugins, the main file and the files of `include`; nothing with `watch = off`.
[[nodiscard]] std::vector<WatchedFolder> watchPlan(const HostConfig& config);

}  // namespace berth::host
