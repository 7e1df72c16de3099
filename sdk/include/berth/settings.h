// berth/settings.h - the typed table of a service's ini keys. It parses and checks the values,
// prints `berth plugin describe`, and makes the documentation.
//
//     struct Settings {
//         std::string message = "Hello";
//         std::chrono::seconds pause{0};
//
//         static void describe(berth::Schema<Settings>& schema) {
//             schema.field("message", &Settings::message, "Sent to each client.");
//             schema.field("pause", &Settings::pause, "Waits this long first.").range(0s, 60s);
//         }
//         // Optional: checks that span several keys.
//         void validate(berth::SettingIssues& issues) const;
//     };
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "berth/api.h"
#include "berth/setting_types.h"
#include "berth/setting_value.h"

namespace berth {

// Collects issues by the key they concern; what `validate` reports to.
class BERTH_API SettingIssues {
public:
    SettingIssues(const std::vector<SettingValue>& values, std::vector<SettingIssue>& issues)
        : values_(values), issues_(issues) {}

    // Something is wrong with the value of `key`: `length` bytes from `offset` (0: to the end).
    // When the key is not in the file the whole section is blamed.
    void at(std::string_view key, std::string message, std::size_t offset = 0,
            std::size_t length = 0, std::string suggestion = {});
    // Something is missing in the section.
    void section(std::string message, std::string suggestion = {});

private:
    const std::vector<SettingValue>& values_;
    std::vector<SettingIssue>& issues_;
};

// The part of a schema that does not depend on the struct.
class BERTH_API SchemaBase {
public:
    struct Field {
        FieldDescription description;
        bool group = false;       // the key is a prefix: "command" takes command.NAME
        bool mayBeEmpty = false;  // `key =` is a value
        // Puts a value into the settings struct. `name` is NAME of a group's key, else empty.
        // Throws: ValueError.
        std::function<void(void* settings, std::string_view name, ValueSource source)> assign;
        // The member's value as the ini would write it. Empty function for a group.
        std::function<std::string(const void* settings)> format;

        // As assign, but refuses a value that is empty where none means something of its own.
        BERTH_API void put(void* settings, std::string_view name, ValueSource source) const;
    };

    SchemaBase();
    SchemaBase(const SchemaBase&) = delete;
    SchemaBase& operator=(const SchemaBase&) = delete;
    ~SchemaBase();

    [[nodiscard]] const std::vector<Field>& fields() const noexcept { return fields_; }
    [[nodiscard]] std::vector<FieldDescription> descriptions() const;

    // Assigns each value to its member and appends an issue for each that is unknown, repeated,
    // of the wrong type, out of range, or required and missing.
    void parse(void* settings, const std::vector<SettingValue>& values,
               std::vector<SettingIssue>& issues) const;

protected:
    // Requires: every row was added. `standard` is a settings struct as it is when it is new.
    // Throws: std::logic_error with every mistake of the table: a key that is none or is there
    // twice, a default out of range.
    void requireSound(void* standard) const;
    // Adds a row; what else it holds is filled in by the caller. Valid until the next is added.
    Field& add(std::string key, std::string type, std::string help);

private:
    std::vector<Field> fields_;
};

namespace detail {

template <class>
inline constexpr bool kNever = false;

// One message, at its place, for a member that cannot be a setting.
template <class Member>
struct RequireSettingType {
    static_assert(SettingType<Member> || !std::is_enum_v<Member>,
                  "an enum is described by its names: use schema.choice(key, member, "
                  "{{\"name\", Value}, ...}, help) in place of field()");
    static_assert(SettingType<Member> || std::is_enum_v<Member>,
                  "this type cannot be a setting: use bool, an integer, double, std::string, "
                  "berth::EscapedText, a std::chrono duration, berth::ByteCount, "
                  "std::filesystem::path, berth::Secret or a std::vector of one, or specialise "
                  "berth::ValueCodec for it (berth/setting_types.h)");
    static constexpr bool kFits = SettingType<Member>;
};

}  // namespace detail

template <class T>
class Schema final : public SchemaBase {
public:
    // Throws: std::logic_error when the table cannot be right.
    Schema() {
        T::describe(*this);
        T standard;
        requireSound(&standard);
    }

    // What field() returns, to refine the row. Valid until the next row is added.
    template <class Member>
    class Row {
    public:
        explicit Row(Field& field) : field_(field) {}

        // Refuses values outside least..most.
        template <class Value = Member>
        Row& range(Value least, Value most) {
            const Member low(std::move(least));
            const Member high(std::move(most));
            const auto text =
                ValueCodec<Member>::format(low) + " to " + ValueCodec<Member>::format(high);
            field_.description.range = text;
            field_.assign = [inner = std::move(field_.assign), low, high, text](
                                void* settings, std::string_view name, ValueSource source) {
                const auto value = ValueCodec<Member>::parse(source);
                if (value < low || high < value) {
                    detail::throwOutOfRange(source.text, text);
                }
                inner(settings, name, source);
            };
            return *this;
        }

        // The key must be given.
        Row& required() {
            field_.description.required = true;
            field_.description.defaultText.clear();
            return *this;
        }

        // Takes `key =`. Anywhere else that is an error, since it is what an empty ${env:NAME}
        // leaves behind, and "no value" must not come to mean "no restriction".
        Row& mayBeEmpty() {
            field_.mayBeEmpty = true;
            return *this;
        }

        // The value is never printed, neither by `show` nor below an error.
        Row& secret() {
            field_.description.type.insert(0, "secret ");
            return *this;
        }

    private:
        Field& field_;
    };

    // A key and the member it sets. The default is what the member holds in a new T.
    template <class Member>
    Row<Member> field(std::string key, Member T::*member, std::string help) {
        auto& field = add(std::move(key), {}, std::move(help));
        if constexpr (detail::RequireSettingType<Member>::kFits) bind(field, member);
        return Row<Member>(field);
    }

    // Not a field: what the key is for has to be said.
    template <class Member>
    void field(std::string, Member T::*) {
        static_assert(detail::kNever<Member>,
                      "field() takes three arguments: the key, the member, and one sentence of "
                      "help such as \"Sent to each client.\"");
    }

    // A key whose value is one of a few names.
    template <class Enum>
    void choice(std::string key, Enum T::*member,
                const std::vector<std::pair<std::string, Enum>>& names, std::string help) {
        std::vector<std::string> known;
        known.reserve(names.size());
        for (const auto& [name, value] : names) known.push_back(name);
        auto& field = add(std::move(key), detail::oneOf(known), std::move(help));
        field.assign = [member, names, known](void* settings, std::string_view,
                                              ValueSource source) {
            for (const auto& [name, value] : names) {
                if (name != source.text) continue;
                static_cast<T*>(settings)->*member = value;
                return;
            }
            detail::throwUnknownChoice(source.text, known);
        };
        field.format = [member, names](const void* settings) -> std::string {
            for (const auto& [name, value] : names) {
                if (value == static_cast<const T*>(settings)->*member) return name;
            }
            return {};
        };
        const T standard;
        field.description.defaultText = field.format(&standard);
    }

    // A group of keys `key.NAME`, collected by NAME.
    template <class Member>
    void group(const std::string& key, std::map<std::string, Member> T::*member, std::string help) {
        auto& field = add(key + ".NAME", {}, std::move(help));
        field.group = true;
        if constexpr (detail::RequireSettingType<Member>::kFits) bindGroup(field, member);
    }

private:
    template <class Member>
    static void bind(Field& field, Member T::*member) {
        field.description.type = ValueCodec<Member>::typeName();
        field.assign = [member](void* settings, std::string_view, ValueSource source) {
            static_cast<T*>(settings)->*member = ValueCodec<Member>::parse(source);
        };
        field.format = [member](const void* settings) {
            return ValueCodec<Member>::format(static_cast<const T*>(settings)->*member);
        };
        field.mayBeEmpty = std::is_same_v<Member, EscapedText>;
        const T standard;
        field.description.defaultText = field.format(&standard);
    }

    template <class Member>
    static void bindGroup(Field& field, std::map<std::string, Member> T::*member) {
        field.description.type = ValueCodec<Member>::typeName();
        field.assign = [member](void* settings, std::string_view name, ValueSource source) {
            (static_cast<T*>(settings)->*member)
                .insert_or_assign(std::string(name), ValueCodec<Member>::parse(source));
        };
    }
};

// Parses values into a T and appends every issue, those of T::validate included (asked only when
// the values themselves are right). Use the result only when no issue was added.
template <class T>
[[nodiscard]] T parseSettings(const Schema<T>& schema, const std::vector<SettingValue>& values,
                              std::vector<SettingIssue>& issues) {
    T settings;
    const auto before = issues.size();
    schema.parse(&settings, values, issues);
    if constexpr (requires(const T& t, SettingIssues& i) { t.validate(i); }) {
        if (issues.size() == before) {
            SettingIssues sink(values, issues);
            settings.validate(sink);
        }
    }
    return settings;
}

// The same for one who parses a T once.
template <class T>
[[nodiscard]] T parseSettings(const std::vector<SettingValue>& values,
                              std::vector<SettingIssue>& issues) {
    return parseSettings(Schema<T>(), values, issues);
}

}  // namespace berth
