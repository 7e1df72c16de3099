// host/plugin/mapped_images.h - asks the loader which files are part of this process.
#pragma once

#include <filesystem>

namespace berth::host {

// True while the file that was loaded under this path is part of the process.
// Threads: any.
[[nodiscard]] bool isMapped(const std::filesystem::path& path) noexcept;

}  // namespace berth::host
