// host/config/key_suggestion.cpp - compares a mistyped word with all that could have been meant.
#include "host/config/key_suggestion.h"

#include <Poco/String.h>

#include <algorithm>
#include <optional>

#include "berth/words.h"
#include "host/config/host_options.h"
#include "host/config/service_options.h"

namespace berth::host {
namespace {

// The nearest candidate, one that differs only in case before all others.
std::optional<std::string> nearest(std::string_view typed,
                                   const std::vector<std::string>& candidates) {
    const auto same = std::ranges::find_if(candidates, [typed](const std::string& word) {
        return Poco::icompare(word, std::string(typed)) == 0;
    });
    return same != candidates.end() ? *same : closestWord(typed, candidates);
}

std::string didYouMean(const std::string& word) {
    return "did you mean \"" + word + "\"?";
}

template <class Options>
std::vector<std::string> keysOf() {
    std::vector<std::string> keys;
    for (const auto& field : Schema<Options>().descriptions()) keys.push_back(field.key);
    return keys;
}

template <class Options>
bool hasKey(const std::string& key) {
    const auto keys = keysOf<Options>();
    return std::ranges::find(keys, key) != keys.end();
}

}  // namespace

std::string suggestSection(std::string_view typed) {
    const auto word =
        nearest(typed.substr(0, typed.find_first_of(": \t")), {"host", "control", "service"});
    if (word && *word != "service") return didYouMean("[" + *word + "]");
    auto name = word ? typed.substr(std::min(typed.find_first_of(": \t"), typed.size())) : typed;
    name.remove_prefix(std::min(name.find_first_not_of(": \t"), name.size()));
    return didYouMean("[service:" + (name.empty() ? "NAME" : std::string(name)) + "]");
}

bool isUnknownKey(const SettingIssue& issue) {
    return issue.part == SettingIssue::Part::Key && issue.message.starts_with("unknown key");
}

void suggestCommonKey(const std::vector<SettingValue>& values, SettingIssue& issue) {
    if (!isUnknownKey(issue) || issue.index >= values.size()) return;
    auto candidates = keysOf<ServiceOptions>();
    const auto open = issue.suggestion.find('"');
    const auto close = issue.suggestion.rfind('"');
    if (open != close) {
        candidates.insert(candidates.begin(), issue.suggestion.substr(open + 1, close - open - 1));
    }
    const auto word = nearest(values[issue.index].key, candidates);
    if (word) issue.suggestion = didYouMean(*word);
}

void suggestOtherSection(const std::vector<SettingValue>& values, SettingIssue& issue) {
    if (!isUnknownKey(issue) || issue.index >= values.size()) return;
    const auto& key = values[issue.index].key;
    // "plugin" for "plugins", or the other way about, is a slip; a key that merely looks alike is
    // not what was meant.
    const auto singular = key.substr(0, key.size() - (key.ends_with('s') ? 1 : 0));
    if (issue.suggestion.find('"' + singular) != std::string::npos) return;
    std::string owners;
    if (hasKey<HostOptions>(key)) owners += " or [host]";
    if (hasKey<ControlOptions>(key)) owners += " or [control]";
    if (hasKey<ServiceOptions>(key)) owners += " or [service:NAME]";
    if (!owners.empty()) issue.suggestion = "it belongs to" + owners.substr(3);
}

}  // namespace berth::host
