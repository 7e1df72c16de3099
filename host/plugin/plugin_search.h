// host/plugin/plugin_search.h - finds the file that `plugin = ...` means.
#pragma once

#include <compare>
#include <filesystem>
#include <string>
#include <vector>

namespace berth::host {

// The value of `plugin`: the name of a kind, or with a slash the path of a file.
struct PluginReference {
    std::string text;
    std::filesystem::path directory;  // of the ini file; relative paths start here

    [[nodiscard]] bool isPath() const noexcept { return text.find('/') != std::string::npos; }
    // Requires: isPath().
    [[nodiscard]] std::filesystem::path path() const;

    auto operator<=>(const PluginReference&) const = default;
};

struct FoundPlugin {
    std::filesystem::path file;
    std::string kind;
};

// Reads folders and files, loads nothing. Threads: any, on one const object.
class PluginSearch {
public:
    explicit PluginSearch(std::vector<std::filesystem::path> folders)
        : folders_(std::move(folders)) {}

    // A path is that file and its only kind, or the kind of the file's own name. A kind is
    // KIND.so in the first folder that has it, else the first file, by folder and then by name,
    // whose note offers it. A KIND.so that cannot be used is an error, never passed over.
    // Throws: PluginError, with the folders searched and the nearest kind there is.
    [[nodiscard]] FoundPlugin find(const PluginReference& reference) const;

private:
    [[nodiscard]] FoundPlugin findKind(const std::string& kind) const;

    std::vector<std::filesystem::path> folders_;
};

}  // namespace berth::host
