// sdk/src/schema.cpp - matches values with the rows of a schema and collects what is wrong.
#include "berth/settings.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include "berth/words.h"

namespace berth {
namespace {

using Field = SchemaBase::Field;
using Fields = std::vector<Field>;

constexpr std::string_view kNamePart = ".NAME";
constexpr const char* kSecret = "secret";
constexpr std::size_t kMostOfAGroup = 256;
// Each costs a search among all keys.
constexpr std::size_t kMostSuggestions = 50;

std::string didYouMean(std::string_view word) {
    return word.empty() ? std::string() : "did you mean \"" + std::string(word) + "\"?";
}

// The part of a group's key before NAME, such as "command.".
std::string_view groupPrefix(const Field& field) {
    const std::string_view key = field.description.key;
    return key.substr(0, key.size() - kNamePart.size() + 1);
}

bool isNameCharacter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

const Field* findField(const Fields& fields, std::string_view key) {
    const auto found = std::ranges::find_if(fields, [key](const Field& field) {
        return field.group ? key.starts_with(groupPrefix(field)) : key == field.description.key;
    });
    return found == fields.end() ? nullptr : &*found;
}

// The key that was meant by an unknown one; a group's NAME is kept as it was typed.
std::string nearestKey(const Fields& fields, std::string_view key) {
    std::vector<std::string> keys;
    std::vector<std::string> prefixes;
    for (const auto& field : fields) {
        if (field.group) {
            prefixes.emplace_back(groupPrefix(field));
        } else {
            keys.push_back(field.description.key);
        }
    }
    if (const auto nearest = closestWord(key, keys)) return *nearest;
    const auto dot = key.find('.');
    const auto typedPrefix = std::string(key.substr(0, dot)) + ".";
    const auto prefix = closestWord(typedPrefix, prefixes);
    if (!prefix) return {};
    return *prefix + std::string(dot == std::string_view::npos ? "NAME" : key.substr(dot + 1));
}

bool isKeyCharacter(char c) {
    return isNameCharacter(c) || c == '.';
}

// Why the row cannot be right; empty when it can.
std::string problemOf(const Fields& fields, const Field& field, void* standard) {
    const auto& description = field.description;
    const auto key = detail::quoted(description.key);
    if (description.key.empty() || !std::ranges::all_of(description.key, isKeyCharacter)) {
        return "the setting " + key + " is no key: write letters, digits, \"_\" and \"-\"";
    }
    const auto* const first = findField(fields, description.key);
    if (first != &field) {
        return "the setting " + key + " is described twice" +
               (first->group
                    ? ", the first time by the group " + detail::quoted(first->description.key)
                    : std::string()) +
               ": remove one, or give it another key";
    }
    if (description.required || description.range.empty()) return {};
    const std::filesystem::path nowhere;
    try {
        field.assign(standard, {}, {description.defaultText, nowhere});
        return {};
    } catch (const ValueError& error) {
        return "the default of the setting " + key + " is not allowed: " + error.what() +
               "; change the member's initial value, or the range";
    }
}

// One pass over the values; what is wrong with one never hides what is wrong with another.
class Parser {
public:
    Parser(const Fields& fields, void* settings, std::vector<SettingIssue>& issues)
        : fields_(fields), settings_(settings), issues_(issues) {}

    void take(std::size_t index, const SettingValue& value) {
        const auto* field = findField(fields_, value.key);
        if (field == nullptr) {
            const bool suggests = unknown_++ < kMostSuggestions;
            report(index, value, "unknown key " + detail::quoted(value.key),
                   suggests ? didYouMean(nearestKey(fields_, value.key)) : std::string());
        } else if (!seen_.insert(value.key).second) {
            report(index, value, "the key " + detail::quoted(value.key) + " is given twice");
        } else if (!field->group) {
            assign(index, value, *field);
        } else if (++named_[field] > kMostOfAGroup) {
            if (named_[field] > kMostOfAGroup + 1) return;
            report(index, value,
                   "there are more than " + std::to_string(kMostOfAGroup) + " keys " +
                       std::string(groupPrefix(*field)) + "NAME");
        } else if (checkName(index, value, groupPrefix(*field).size())) {
            assign(index, value, *field);
        }
    }

    void requireAll() {
        for (const auto& field : fields_) {
            const auto& key = field.description.key;
            if (!field.description.required || seen_.contains(key)) continue;
            issues_.push_back({.message = "the key \"" + key + "\" is required", .suggestion = {}});
        }
    }

private:
    void report(std::size_t index, const SettingValue& value, std::string message,
                std::string suggestion = {}) {
        issues_.push_back({.part = SettingIssue::Part::Key,
                           .index = index,
                           .offset = 0,
                           .length = value.key.size(),
                           .message = std::move(message),
                           .suggestion = std::move(suggestion)});
    }

    // Whether NAME, which starts at `offset` of the key, is one.
    bool checkName(std::size_t index, const SettingValue& value, std::size_t offset) {
        const auto name = std::string_view(value.key).substr(offset);
        const auto wrong = std::ranges::find_if_not(name, isNameCharacter);
        if (!name.empty() && wrong == name.end()) return true;
        const auto at = offset + static_cast<std::size_t>(wrong - name.begin());
        issues_.push_back(
            {.part = SettingIssue::Part::Key,
             .index = index,
             .offset = name.empty() ? 0 : at,
             .length = name.empty() ? value.key.size() : 1,
             .message = name.empty() ? "the key " + detail::quoted(value.key) + " needs a name"
                                     : "a name is made of letters, digits, \"_\" and \"-\"",
             .suggestion = name.empty() ? "write " + value.key + "NAME" : std::string()});
        return false;
    }

    void assign(std::size_t index, const SettingValue& value, const Field& field) {
        const auto name = field.group
                              ? std::string_view(value.key).substr(groupPrefix(field).size())
                              : std::string_view();
        try {
            field.put(settings_, name, {value.text, value.directory});
        } catch (const ListError& error) {
            for (const auto& item : error.items()) reportValue(index, item);
        } catch (const ValueError& error) {
            reportValue(index, error);
        }
    }

    void reportValue(std::size_t index, const ValueError& error) {
        issues_.push_back({.part = SettingIssue::Part::Value,
                           .index = index,
                           .offset = error.offset(),
                           .length = error.length(),
                           .message = error.what(),
                           .suggestion = error.suggestion()});
    }

    const Fields& fields_;
    void* settings_;
    std::vector<SettingIssue>& issues_;
    std::set<std::string, std::less<>> seen_;
    std::map<const Field*, std::size_t> named_;  // how many keys a group has so far
    std::size_t unknown_ = 0;
};

}  // namespace

bool isSecret(const std::vector<FieldDescription>& fields, std::string_view key) {
    return std::ranges::any_of(fields, [key](const FieldDescription& field) {
        const std::string_view known = field.key;
        const bool same =
            known.ends_with(kNamePart)
                ? key.starts_with(known.substr(0, known.size() - kNamePart.size() + 1))
                : key == known;
        return same &&
               (field.type == kSecret || field.type.starts_with(std::string(kSecret) + ' '));
    });
}

void SchemaBase::Field::put(void* settings, std::string_view name, ValueSource source) const {
    assign(settings, name, source);
    if (mayBeEmpty || source.text.find_first_not_of(" \t") != std::string_view::npos) return;
    throw ValueError("the value is empty", 0, 0, "write one, or remove the key");
}

SchemaBase::SchemaBase() = default;
SchemaBase::~SchemaBase() = default;

std::vector<FieldDescription> SchemaBase::descriptions() const {
    std::vector<FieldDescription> result;
    for (const auto& field : fields_) result.push_back(field.description);
    return result;
}

void SchemaBase::parse(void* settings, const std::vector<SettingValue>& values,
                       std::vector<SettingIssue>& issues) const {
    Parser parser(fields_, settings, issues);
    for (std::size_t index = 0; index < values.size(); ++index) parser.take(index, values[index]);
    parser.requireAll();
}

void SchemaBase::requireSound(void* standard) const {
    std::string problems;
    for (auto field = fields_.begin(); field != fields_.end(); ++field) {
        const auto problem = problemOf(fields_, *field, standard);
        if (!problem.empty()) problems += (problems.empty() ? "" : "; ") + problem;
    }
    if (!problems.empty()) throw std::logic_error(problems);
}

SchemaBase::Field& SchemaBase::add(std::string key, std::string type, std::string help) {
    auto& field = fields_.emplace_back();
    field.description.key = std::move(key);
    field.description.type = std::move(type);
    field.description.help = std::move(help);
    return field;
}

void SettingIssues::at(std::string_view key, std::string message, std::size_t offset,
                       std::size_t length, std::string suggestion) {
    const auto found = std::ranges::find(values_, key, &SettingValue::key);
    if (found == values_.end()) return section(std::move(message), std::move(suggestion));
    issues_.push_back({.part = SettingIssue::Part::Value,
                       .index = static_cast<std::size_t>(found - values_.begin()),
                       .offset = offset,
                       .length = length,
                       .message = std::move(message),
                       .suggestion = std::move(suggestion)});
}

void SettingIssues::section(std::string message, std::string suggestion) {
    issues_.push_back({.message = std::move(message), .suggestion = std::move(suggestion)});
}

}  // namespace berth
