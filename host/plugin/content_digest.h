// host/plugin/content_digest.h - tells files of the same content from others.
#pragma once

#include <filesystem>
#include <string>

namespace berth::host {

// SHA-256 in hexadecimal digits. Throws: PluginError when the file cannot be read.
[[nodiscard]] std::string contentDigest(const std::filesystem::path& file);

}  // namespace berth::host
