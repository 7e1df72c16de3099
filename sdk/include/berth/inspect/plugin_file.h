// berth/inspect/plugin_file.h - reads what a plugin file says of itself, without running its code.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "berth/abi.h"
#include "berth/api.h"

namespace berth::inspect {

// What was read from the file.
struct PluginFile {
    std::filesystem::path path;
    std::string name;  // as built: berth_add_plugin(NAME ...)
    std::string version;
    std::string sdkVersion;
    std::vector<std::string> kinds;
    std::string buildId;                     // hexadecimal; empty when the linker wrote none
    std::vector<std::string> needed;         // DT_NEEDED, in order
    std::vector<std::string> uniqueSymbols;  // STB_GNU_UNIQUE: would keep the file mapped
    bool noDelete = false;                   // linked with -z nodelete: stays mapped
};

// A file that was read and accepted, or the reasons why not, one line each.
struct Preflight {
    std::optional<PluginFile> file;
    std::vector<std::string> problems;  // such as `ABI number is 1, this host's is 2; rebuild ...`
    std::vector<std::string> warnings;  // loads, but will not unload cleanly, and why

    [[nodiscard]] bool accepted() const noexcept { return file && problems.empty(); }
};

// Reads the ELF headers and the note of the file and compares each field with this host's.
// Never throws for what the file contains; every length in it is checked before use.
[[nodiscard]] BERTH_API Preflight preflight(const std::filesystem::path& path);

}  // namespace berth::inspect
