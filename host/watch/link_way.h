// host/watch/link_way.h - the symbolic links on the way to a file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace berth::host {

// One name in a folder whose meaning decides where a path leads.
struct WayEntry {
    std::filesystem::path folder;  // without links
    std::string name;
};

// How the kernel finds a file.
struct LinkWay {
    // Each link on the way, those that links lead to included; at last what is missing, if
    // something is.
    std::vector<WayEntry> links;
    std::filesystem::path real;  // without links; empty when something is missing
};

// Requires: `path` is absolute.
[[nodiscard]] LinkWay linkWay(const std::filesystem::path& path);

}  // namespace berth::host
