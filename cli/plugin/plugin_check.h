// cli/plugin/plugin_check.h - everything that can be said of a plugin file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "berth/inspect/plugin_file.h"
#include "cli/plugin/plugin_probe.h"

namespace berth::cli {

enum class Opening { Skip, Try };

struct PluginCheck {
    std::filesystem::path path;
    inspect::Preflight preflight;
    PluginProbe probe;  // empty when the file was not opened

    [[nodiscard]] bool accepted() const noexcept {
        return preflight.accepted() && probe.problems.empty();
    }
    [[nodiscard]] std::vector<std::string> problems() const;
    [[nodiscard]] std::vector<std::string> warnings() const;
};

// Reads the file and, when it is sound, opens it in a process of its own.
// Throws: Failure when there is no such file.
[[nodiscard]] PluginCheck checkPlugin(const std::filesystem::path& path, Opening opening);

}  // namespace berth::cli
