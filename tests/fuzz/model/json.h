// tests/fuzz/model/json.h - JSON as RFC 8259 has it and no wider, to know what is JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::fuzz {

struct Json {
    enum class Kind { Null, False, True, Number, Text, Array, Object };

    Kind kind = Kind::Null;
    std::string text{};                // of a text, as UTF-8; of a number, as it is written
    std::vector<Json> items{};         // also the values of an object's members
    std::vector<std::string> names{};  // of those, in order, equal ones too

    // The member of that name; null when there is none.
    [[nodiscard]] const Json* find(std::string_view name) const;
    bool operator==(const Json&) const = default;
};

// Nothing when the whole text is not one value. A text that Unicode cannot hold is none.
[[nodiscard]] std::optional<Json> parseJson(std::string_view text);

}  // namespace berth::fuzz
