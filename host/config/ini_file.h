// host/config/ini_file.h - an ini file from the disk.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "host/config/ini_document.h"

namespace berth::host {

// Reads and parses the file. Nothing, and an error, when it cannot be read.
[[nodiscard]] std::optional<IniDocument> readIniFile(const std::filesystem::path& file,
                                                     std::vector<Diagnostic>& diagnostics);

}  // namespace berth::host
