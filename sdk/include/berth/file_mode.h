// berth/file_mode.h - a setting that holds the permission bits of a file, such as 0640.
#pragma once

#include <sys/types.h>

#include <string>

#include "berth/api.h"
#include "berth/setting_types.h"

namespace berth {

struct FileMode {
    mode_t bits = 0;
    bool operator==(const FileMode&) const = default;
};

// Three octal digits after an optional 0. The owner must be able to read.
template <>
struct ValueCodec<FileMode> {
    BERTH_API static FileMode parse(ValueSource source);
    BERTH_API static std::string format(FileMode mode);
    static std::string typeName() { return "file mode"; }
};

}  // namespace berth
