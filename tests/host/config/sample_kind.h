// tests/host/config/sample_kind.h - a kind of service that exists for these tests: what the host
// finds when it asks a plugin to check the keys of its own.
#pragma once

#include <vector>

#include "host/config/host_config.h"

namespace berth::test {

// All that is wrong with a file: what the host finds and what the kinds find in their own keys.
[[nodiscard]] std::vector<host::Diagnostic> everyError(const std::filesystem::path& file);

}  // namespace berth::test
