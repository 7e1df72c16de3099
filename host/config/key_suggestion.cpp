// host/config/key_suggestion.cpp - compares a mistyped word with all that could have been meant.
#include "host/config/key_suggestion.h"

#include <Poco/String.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "berth/words.h"
#include "host/config/diagnostic.h"
#include "host/config/foreign_keys.h"
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
const std::vector<std::string>& keysOf() {
    static const auto all = [] {
        std::vector<std::string> keys;
        for (const auto& field : Schema<Options>().descriptions()) keys.push_back(field.key);
        return keys;
    }();
    return all;
}

template <class Options>
bool hasKey(const std::string& key) {
    const auto& keys = keysOf<Options>();
    return std::ranges::find(keys, key) != keys.end();
}

void suggestCommonKey(const std::string& key, SettingIssue& issue) {
    auto candidates = keysOf<ServiceOptions>();
    const auto open = issue.suggestion.find('"');
    const auto close = issue.suggestion.rfind('"');
    if (open != close) {
        candidates.insert(candidates.begin(), issue.suggestion.substr(open + 1, close - open - 1));
    }
    const auto word = nearest(key, candidates);
    if (word) issue.suggestion = didYouMean(*word);
}

// False when no section has such a key.
bool suggestOtherSection(const std::string& key, SettingIssue& issue) {
    // "plugin" for "plugins", or the other way about, is a slip; a key that merely looks alike is
    // not what was meant.
    const auto singular = key.substr(0, key.size() - (key.ends_with('s') ? 1 : 0));
    if (issue.suggestion.find('"' + singular) != std::string::npos) return true;
    std::string owners;
    if (hasKey<HostOptions>(key)) owners += " or [host]";
    if (hasKey<ControlOptions>(key)) owners += " or [control]";
    if (hasKey<ServiceOptions>(key)) owners += " or [service:NAME]";
    if (owners.empty()) return false;
    issue.suggestion = "it belongs to" + owners.substr(3);
    return true;
}

// Calls suggest(key, issue) for the first unknown keys: each costs a search, and no more are shown.
template <class Suggest>
void forFirstUnknown(const std::vector<SettingValue>& values, std::vector<SettingIssue>& issues,
                     Suggest suggest) {
    std::size_t count = 0;
    for (auto& issue : issues) {
        if (!isUnknownKey(issue) || issue.index >= values.size()) continue;
        if (count++ == kMostDiagnostics) return;
        suggest(values[issue.index].key, issue);
    }
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

void suggestKeys(const std::vector<SettingValue>& values, std::vector<SettingIssue>& issues) {
    forFirstUnknown(values, issues, [](const std::string& key, SettingIssue& issue) {
        if (suggestOtherSection(key, issue)) return;
        if (auto hint = foreignHostKey(key); !hint.empty()) issue.suggestion = std::move(hint);
    });
}

void suggestServiceKeys(const std::vector<SettingValue>& values,
                        std::vector<SettingIssue>& issues) {
    forFirstUnknown(values, issues, [](const std::string& key, SettingIssue& issue) {
        if (auto hint = foreignServiceKey(key); !hint.empty()) {
            issue.suggestion = std::move(hint);
            return;
        }
        suggestCommonKey(key, issue);
        static_cast<void>(suggestOtherSection(key, issue));
    });
}

bool suggestsServiceKey(const SettingIssue& issue) {
    return std::ranges::any_of(keysOf<ServiceOptions>(), [&issue](const std::string& key) {
        return issue.suggestion.find('"' + key + '"') != std::string::npos;
    });
}

}  // namespace berth::host
