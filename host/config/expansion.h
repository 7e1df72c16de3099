// host/config/expansion.h - `${env:NAME}`, the one expansion that values have.
#pragma once

#include <vector>

#include "host/config/ini_document.h"

namespace berth::host {

// Puts environment variables in place of `${env:NAME}` in every value but those of command keys.
// The result is not looked at again. `$${env:` stands for the text `${env:`. A variable that is
// not set is an error.
void expandEnvironment(IniDocument& document, std::vector<Diagnostic>& diagnostics);

}  // namespace berth::host
