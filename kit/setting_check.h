// kit/setting_check.h - what a host refuses in the settings that a plugin describes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "berth/setting_value.h"

namespace berth::kit {

// One line each, with what to write instead; empty when a host takes them.
[[nodiscard]] std::vector<std::string> settingProblems(std::string_view kind,
                                                       const std::vector<FieldDescription>& fields);

}  // namespace berth::kit
