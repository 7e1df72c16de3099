// host/operate/plugin_control.h - how the plugins of a host are changed.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string_view>

#include "host/change/change_result.h"

namespace berth::host {

// Threads: any; as ServiceControl.
class PluginControl {
public:
    PluginControl(const PluginControl&) = delete;
    PluginControl& operator=(const PluginControl&) = delete;
    virtual ~PluginControl() = default;

    // Loads a plugin file; services of its kinds go over to it. Clients that are there finish on
    // the old one, for `killAfter` or else for each service's drain_timeout.
    virtual ChangeResult load(const std::filesystem::path& file,
                              std::optional<std::chrono::milliseconds> killAfter) = 0;
    // Lets go of a plugin that no service uses.
    virtual ChangeResult unload(std::string_view plugin) = 0;

protected:
    PluginControl() = default;
};

}  // namespace berth::host
