// host/plugin/setting_problems.cpp
#include "host/plugin/setting_problems.h"

#include <algorithm>
#include <set>

#include "host/config/service_options.h"

namespace berth::host {
namespace {

std::set<std::string, std::less<>> keysOfEveryService() {
    std::set<std::string, std::less<>> keys;
    for (const auto& field : Schema<ServiceOptions>().descriptions()) keys.insert(field.key);
    return keys;
}

}  // namespace

std::vector<std::string> settingProblems(std::string_view kind,
                                         const std::vector<FieldDescription>& fields) {
    const auto reserved = keysOfEveryService();
    std::set<std::string_view> seen;
    std::vector<std::string> problems;
    for (const auto& field : fields) {
        const auto setting = "kind " + std::string(kind) + ": the setting \"" + field.key + "\" ";
        if (reserved.contains(field.key)) {
            problems.push_back(setting +
                               "has the name of a key that every service has, so the plugin would "
                               "never get it: give it another key, such as \"" +
                               std::string(kind) + "_" + field.key + "\"");
        } else if (!seen.insert(field.key).second) {
            problems.push_back(setting + "is described twice: remove one, or give it another key");
        }
    }
    return problems;
}

}  // namespace berth::host
