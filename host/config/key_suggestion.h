// host/config/key_suggestion.h - what was meant by a word that nobody knows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "berth/setting_value.h"

namespace berth::host {

// `did you mean "X"?` for the section, whatever is near its name: the right spelling, or
// [service:NAME] for a service's name alone.
[[nodiscard]] std::string suggestSection(std::string_view typed);

// Whether the issue is a key that the schema does not have.
[[nodiscard]] bool isUnknownKey(const SettingIssue& issue);

// Of unknown keys of [host] or [control]: what other servers call otherwise, or the section that
// has such a key. Like the next one it looks at the first kMostDiagnostics of them only.
void suggestKeys(const std::vector<SettingValue>& values, std::vector<SettingIssue>& issues);

// Of a service's unknown keys: a plugin suggests the nearest of its own keys; when a key that every
// service has is nearer, that one is suggested.
void suggestServiceKeys(const std::vector<SettingValue>& values, std::vector<SettingIssue>& issues);

// Whether a key that every service has is suggested.
[[nodiscard]] bool suggestsServiceKey(const SettingIssue& issue);

}  // namespace berth::host
