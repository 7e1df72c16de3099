// host/config/source_excerpt.h - the line of a file below an error, with a caret.
#pragma once

#include <ostream>
#include <string>

#include "host/config/diagnostic.h"

namespace berth::host {

// Prints `  12 | lisen = 7002` and `     | ^~~~~`. Tabs are kept, a long line is clipped around
// the column, and bytes that a terminal would act upon become `?`.
void printExcerpt(std::ostream& out, const SourcePosition& position, const std::string& line);

}  // namespace berth::host
