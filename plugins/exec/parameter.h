// plugins/exec/parameter.h - one {placeholder} of a command: its name, type and how often it comes.
#pragma once

#include <optional>
#include <string>

#include "exec/whole_match.h"

namespace berth::exec {

enum class ParameterType {
    Text,
    Integer,
    Path,      // the program looks its last component up itself, and may make or remove it
    Existing,  // a path whose file the host opens for the program
    Pattern
};
enum class Arity { Required, Optional, Rest };

struct Parameter {
    std::string name;
    ParameterType type = ParameterType::Text;
    Arity arity = Arity::Required;
    std::optional<WholeMatch> pattern;  // of ParameterType::Pattern

    // As `help` shows it: `<lines:int>`, `[path]`, `[names...]`.
    [[nodiscard]] std::string usage() const;
    [[nodiscard]] bool isPath() const noexcept {
        return type == ParameterType::Path || type == ParameterType::Existing;
    }
    // Why `value` cannot be an argument for it; nothing when it can. Paths are not looked up.
    [[nodiscard]] std::optional<std::string> problemWith(const std::string& value) const;
};

}  // namespace berth::exec
