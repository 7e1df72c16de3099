// kit/setting_check.cpp
#include "kit/setting_check.h"

#include "host/plugin/setting_problems.h"

namespace berth::kit {

std::vector<std::string> settingProblems(std::string_view kind,
                                         const std::vector<FieldDescription>& fields) {
    return host::settingProblems(kind, fields);
}

}  // namespace berth::kit
