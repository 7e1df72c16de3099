// host/plugin/setting_problems.h - what is wrong with the keys that a plugin describes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "berth/setting_value.h"

namespace berth::host {

// A key that every service has (ServiceOptions says which) never reaches the plugin, and a key that
// is there twice fills one member only. One line each, with what to write; empty when all is well.
[[nodiscard]] std::vector<std::string> settingProblems(std::string_view kind,
                                                       const std::vector<FieldDescription>& fields);

}  // namespace berth::host
