// host/plugin/plugin_status.h - what is told of a loaded plugin: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace berth::host {

struct PluginStatus {
    std::string name;
    std::string version;
    std::uint64_t generation = 0;
    std::vector<std::string> kinds;
    std::string path;
    std::string buildId;
    std::vector<std::string> services;  // that use it
};

}  // namespace berth::host
