// plugins/exec/umask.h - a file mode mask as a setting, written in octal.
#pragma once

#include <sys/types.h>

#include <string>

#include "berth/setting_types.h"

namespace berth::exec {

struct Umask {
    mode_t value = 022;
};

}  // namespace berth::exec

namespace berth {

template <>
struct ValueCodec<exec::Umask> {
    static exec::Umask parse(ValueSource source);
    static std::string format(exec::Umask value);
    static std::string typeName() { return "octal mode"; }
};

}  // namespace berth
