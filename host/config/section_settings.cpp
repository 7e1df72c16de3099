// host/config/section_settings.cpp - turns issues of settings into diagnostics with places.
#include "host/config/section_settings.h"

#include <algorithm>

#include "host/config/hidden_value.h"
#include "host/config/key_suggestion.h"

namespace berth::host {
namespace {

SourcePosition keyPosition(const SettingOrigin& origin, std::size_t offset, std::size_t length) {
    auto position = origin.key;
    position.column += offset;
    position.length = length;
    return position;
}

std::string codeOf(const SettingIssue& issue) {
    if (issue.part == SettingIssue::Part::Value) return "invalid-value";
    if (issue.part == SettingIssue::Part::Section) return "invalid-section";
    return isUnknownKey(issue) ? "unknown-key" : "invalid-key";
}

// Whether an unknown key may be a mistyped one whose value is secret: not when another is
// suggested.
bool mayMeanSecret(const SettingIssue& issue, const std::vector<FieldDescription>& fields) {
    if (suggestsServiceKey(issue)) return false;
    bool any = false;
    for (const auto& field : fields) {
        const bool secret = isSecret({field}, field.key);
        if (!secret && issue.suggestion.find('"' + field.key + '"') != std::string::npos) {
            return false;
        }
        any = any || secret;
    }
    return any;
}

}  // namespace

std::size_t SectionSettings::find(std::string_view key) const {
    const auto found = std::ranges::find(values, key, &SettingValue::key);
    return static_cast<std::size_t>(found - values.begin());
}

SectionSettings settingsOf(const IniSection& section) {
    return {.values = {},
            .origins = {},
            .section = section.position,
            .sectionLine = section.sourceLine};
}

void add(SectionSettings& settings, const IniEntry& entry, const std::filesystem::path& directory) {
    settings.values.push_back({entry.key, entry.value, directory});
    settings.origins.push_back(
        {entry.keyPosition, entry.valuePosition, entry.sourceLine, entry.verbatim, entry.usable});
}

SourcePosition valuePosition(const SettingOrigin& origin, std::size_t offset, std::size_t length) {
    auto position = origin.value;
    if (!origin.verbatim || offset > position.length) return position;
    const auto rest = position.length - offset;
    position.column += offset;
    position.length = length == 0 ? rest : std::min(length, rest);
    return position;
}

std::vector<Diagnostic> toDiagnostics(const SectionSettings& settings,
                                      const std::vector<SettingIssue>& issues,
                                      const std::vector<FieldDescription>& fields) {
    std::vector<Diagnostic> diagnostics;
    for (const auto& issue : issues) {
        const bool whole =
            issue.part == SettingIssue::Part::Section || issue.index >= settings.origins.size();
        Diagnostic diagnostic{.position = settings.section,
                              .code = codeOf(issue),
                              .message = issue.message,
                              .suggestion = issue.suggestion,
                              .sourceLine = settings.sectionLine};
        if (!whole) {
            const auto& origin = settings.origins[issue.index];
            if (!origin.usable && issue.part == SettingIssue::Part::Value) continue;
            diagnostic.position = issue.part == SettingIssue::Part::Key
                                      ? keyPosition(origin, issue.offset, issue.length)
                                      : valuePosition(origin, issue.offset, issue.length);
            const bool hidden = issue.part == SettingIssue::Part::Key
                                    ? mayMeanSecret(issue, fields)
                                    : isSecret(fields, settings.values[issue.index].key);
            diagnostic.sourceLine = hidden ? hideValue(origin.sourceLine) : origin.sourceLine;
        }
        diagnostics.push_back(std::move(diagnostic));
    }
    return diagnostics;
}

}  // namespace berth::host
