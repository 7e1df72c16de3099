// plugins/upload/stored_bytes.h - counts what a folder holds and was promised.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "upload/folder.h"

namespace berth::upload {

// Bytes of the finished files, of the unfinished ones, and of those that others receive right now
// as many as these will have. Without the unfinished files of the names in `except`. Throws:
// std::system_error.
[[nodiscard]] std::uint64_t countBytes(const Folder& folder, const std::set<std::string>& except);

}  // namespace berth::upload
