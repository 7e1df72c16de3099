// plugins/exec/environment.h - what commands find in their environment, and nothing else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "berth/setting_types.h"

namespace berth::exec {

// `NAME=VALUE`, or `NAME` alone: the value that the host itself has, if it has one.
struct EnvironmentVariable {
    std::string name;
    std::optional<std::string> value;
};

// A search path and UTF-8 texts: PATH=/usr/bin:/bin, LANG=C.UTF-8.
[[nodiscard]] std::vector<EnvironmentVariable> defaultEnvironment();

// The lines `NAME=VALUE` for a child, with the host's values filled in.
[[nodiscard]] std::vector<std::string> environmentLines(
    const std::vector<EnvironmentVariable>& variables);

}  // namespace berth::exec

namespace berth {

template <>
struct ValueCodec<exec::EnvironmentVariable> {
    static exec::EnvironmentVariable parse(ValueSource source);
    static std::string format(const exec::EnvironmentVariable& value);
    static std::string typeName() { return "NAME=VALUE or NAME"; }
};

}  // namespace berth
