// host/config/config_files.h - the sections of the main file and its includes.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "host/config/ini_document.h"

namespace berth::host {

inline constexpr std::string_view kServicePrefix = "service:";

// Of all files together.
inline constexpr std::size_t kMaxConfigFiles = 1000;
inline constexpr std::size_t kMaxServices = 4096;

struct ConfigFiles {
    std::vector<std::filesystem::path> files;  // in the order they were read
    std::vector<IniSection> sections;          // [host], [control] and [service:NAME], each once
};

// Reads the files and puts in the values of environment variables. Sections that are unknown,
// repeated or in the wrong file are reported and left out.
[[nodiscard]] ConfigFiles readConfigFiles(const std::filesystem::path& mainFile,
                                          std::vector<Diagnostic>& diagnostics);

// The folder of the file, absolute: where relative paths in it start.
[[nodiscard]] std::filesystem::path folderOf(const std::filesystem::path& file);

}  // namespace berth::host
