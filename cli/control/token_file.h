// cli/control/token_file.h - the secret that opens a control port over TCP.
#pragma once

#include <filesystem>
#include <string>

#include "cli/app/console.h"

namespace berth::cli {

// The first line of the file. Warns on the console when others may read the file.
// Throws: Failure when it cannot be read or holds no token.
[[nodiscard]] std::string readToken(const std::filesystem::path& file, const Console& console);

}  // namespace berth::cli
