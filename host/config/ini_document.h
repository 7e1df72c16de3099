// host/config/ini_document.h - an ini file with the place of every section, key and value.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/diagnostic.h"

namespace berth::host {

struct IniEntry {
    std::string key;
    std::string value;  // without surrounding blanks, quotes and comment
    SourcePosition keyPosition;
    SourcePosition valuePosition;  // of the first byte of `value`
    std::string sourceLine;
    bool verbatim = true;  // byte n of `value` stands n columns behind valuePosition
    bool usable = true;    // false: `value` could not be expanded
};

struct IniSection {
    std::string name;
    SourcePosition position;
    std::string sourceLine;
    std::vector<IniEntry> entries;
};

// What a file says, before anybody knows what the keys mean.
struct IniDocument {
    std::filesystem::path file;
    std::vector<IniSection> sections;
};

inline constexpr std::size_t kMaxIniFile = std::size_t{4} << 20;  // bytes
inline constexpr std::size_t kMaxIniLine = std::size_t{8} << 10;  // bytes
inline constexpr std::size_t kMaxIniSections = 4096;
inline constexpr std::size_t kMaxIniKeys = 50'000;
inline constexpr std::size_t kMaxIniErrors = 200;  // in one file; reading stops after these

// Whether the key's value is a command line, `command.NAME`: it is taken as it is written, since
// its quotes are those of a shell and no part of it may come from elsewhere.
[[nodiscard]] bool isCommandKey(std::string_view key) noexcept;

// Reads `text` as the file `file`, appending an error for each junk line, unclosed bracket or
// quote, duplicate key or section, line that is too long or holds control characters, and
// carrying on behind it. Lines may end with CR LF, and the last one too has to end: without, the
// file may be cut short. A UTF-8 byte-order mark is skipped.
[[nodiscard]] IniDocument parseIni(const std::filesystem::path& file, std::string_view text,
                                   std::vector<Diagnostic>& diagnostics);

}  // namespace berth::host
