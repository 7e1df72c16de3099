// plugins/upload/file_mode.h - a setting that holds permission bits, such as 0640.
#pragma once

#include <sys/types.h>

#include <string>

#include "berth/setting_types.h"

namespace berth::upload {

struct FileMode {
    mode_t bits = 0;
};

}  // namespace berth::upload

namespace berth {

// Three octal digits after an optional 0. The owner must be able to read.
template <>
struct ValueCodec<upload::FileMode> {
    static upload::FileMode parse(ValueSource source);
    static std::string format(upload::FileMode mode);
    static std::string typeName() { return "file mode"; }
};

}  // namespace berth
