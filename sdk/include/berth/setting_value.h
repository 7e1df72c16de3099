// berth/setting_value.h - the plain data that settings are made of on their way from an ini file
// to a typed struct. Shared by host and plugins; authors use berth/settings.h.
#pragma once

#include <compare>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "berth/api.h"

namespace berth {

// One `key = value` line.
struct SettingValue {
    std::string key;
    std::string text;
    std::filesystem::path directory;  // of the file the line is in; relative paths start here

    auto operator<=>(const SettingValue&) const = default;
};

// Something wrong with one of the values, or with what is missing among them.
struct SettingIssue {
    enum class Part { Key, Value, Section };

    Part part = Part::Section;
    std::size_t index = 0;   // which of the values; meaningless for Part::Section
    std::size_t offset = 0;  // bytes from the start of the key or of the text
    std::size_t length = 0;  // how many bytes are wrong; 0: to the end
    std::string message;     // such as `unknown key "mesage"`
    std::string suggestion;  // such as `did you mean "message"?`; may be empty
};

// One row of a schema, as `berth plugin describe` and the documentation show it.
struct FieldDescription {
    std::string key;          // a group of keys ends with ".NAME"
    std::string type;         // such as `duration`, `secret`, `one of ascii, utf-8`
    std::string defaultText;  // as it would be written in the ini; empty for a required key
    std::string range;        // such as `1 to 65535`; empty when there is none
    std::string help;         // one sentence
    bool required = false;
};

// Whether the value of `key` is never to be printed: the type of its row is `secret`, or begins
// with that word.
[[nodiscard]] BERTH_API bool isSecret(const std::vector<FieldDescription>& fields,
                                      std::string_view key);

}  // namespace berth
