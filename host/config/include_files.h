// host/config/include_files.h - the files that `include =` names.
#pragma once

#include <filesystem>
#include <vector>

#include "host/config/section_settings.h"

namespace berth::host {

// The files of the key `include` in name order, each once, `mainFile` never. The last component
// of a path may hold `*`, `?` and `[...]`; such a pattern may match nothing, and never matches
// hidden files and backups (`.x`, `x~`). A path without a pattern must exist.
[[nodiscard]] std::vector<std::filesystem::path> includedFiles(
    const SectionSettings& host, const std::filesystem::path& mainFile,
    std::vector<Diagnostic>& diagnostics);

}  // namespace berth::host
