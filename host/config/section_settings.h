// host/config/section_settings.h - a section's entries as a schema takes them, with their places.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "berth/setting_value.h"
#include "host/config/ini_document.h"
#include "host/config/setting_origin.h"

namespace berth::host {

struct SectionSettings {
    std::vector<SettingValue> values;
    std::vector<SettingOrigin> origins;  // of `values`, index by index
    SourcePosition section;
    std::string sectionLine;

    // The index of the key's value; values.size() when it is not there.
    [[nodiscard]] std::size_t find(std::string_view key) const;
};

// An empty list of settings of that section.
[[nodiscard]] SectionSettings settingsOf(const IniSection& section);
// Appends the entry; relative paths in it start at `directory`.
void add(SectionSettings& settings, const IniEntry& entry, const std::filesystem::path& directory);

// The place of `length` bytes (0: all that follow) from `offset` of a value.
[[nodiscard]] SourcePosition valuePosition(const SettingOrigin& origin, std::size_t offset,
                                           std::size_t length);

// The line below an error shows no value that the rows of the schema call secret; nor that of an
// unknown key that may be one of them.
[[nodiscard]] std::vector<Diagnostic> toDiagnostics(
    const SectionSettings& settings, const std::vector<SettingIssue>& issues,
    const std::vector<FieldDescription>& fields = {});

}  // namespace berth::host
