// plugins/upload/file_name.h - which names a client may give a file.
#pragma once

#include <string>
#include <string_view>

namespace berth::upload {

// Whether '/' and '\' in a name are taken as directories to drop, or refused.
enum class Directories { Refuse, Strip };

// The name as it will stand in the directory: one component of 1 to 255 bytes, UTF-8 without
// control characters, without a leading dot.
// Throws: Refusal (bad-name) that says what is wrong.
[[nodiscard]] std::string checkedName(std::string_view name, Directories directories);

}  // namespace berth::upload
