// sdk/src/demangle.h - the name of a C++ symbol as its source spells it.
#pragma once

#include <string>

namespace berth::inspect {

// Names that are not mangled come back as they are.
[[nodiscard]] std::string demangle(const std::string& symbol);

}  // namespace berth::inspect
