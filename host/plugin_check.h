// host/plugin_check.h - checks the plugins' own keys of a configuration.
#pragma once

#include <memory>
#include <vector>

#include "host/config/diagnostic.h"
#include "host/config/host_config.h"
#include "host/plugin/catalog.h"

namespace berth::host {

// The plugin that a service's section means.
[[nodiscard]] PluginReference pluginReference(const ServiceConfig& service);

struct PluginCheck {
    std::vector<Diagnostic> diagnostics;
    // Held so that who goes on with the same configuration does not load them again.
    std::vector<std::shared_ptr<Generation>> generations;
};

// Loads each plugin that the services name and lets it check their settings. Makes no service.
// Disabled services are checked too.
[[nodiscard]] PluginCheck checkPlugins(const HostConfig& config, Catalog& catalog);

// The same together with what the files themselves have wrong, by file and line.
[[nodiscard]] PluginCheck checkEverything(const ConfigResult& read, Catalog& catalog);

}  // namespace berth::host
