// host/base/option_table.h - fills the SDK's table of keys from several structs, and remembers what
// the host alone asks of a key: when another value takes effect.
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "berth/settings.h"

namespace berth::host {

// The marked keys of a table, in its order.
struct KeyMarks {
    std::vector<std::string> live;        // an operator changes them with `set`
    std::vector<std::string> structural;  // each has a part of the plan to itself
    std::vector<std::string> atStart;     // another value takes effect at the next start
};

// The table of `Options`. Its rows may be described by the structs that `Options` is derived from.
template <class Options>
class OptionTable {
public:
    // What choice() returns, to mark the key.
    class Key {
    public:
        Key(std::string name, KeyMarks& marks) : name_(std::move(name)), marks_(marks) {}

        // `set` changes it: it needs no new service object, listener or engine.
        void live() { marks_.live.push_back(name_); }
        // A reload does more for it than to put another value in force in place.
        void structural() { marks_.structural.push_back(name_); }
        // The process lives with the value that it was started with.
        void atStart() { marks_.atStart.push_back(name_); }

    private:
        std::string name_;
        KeyMarks& marks_;
    };

    // What field() returns, to refine the row. Valid until the next row is added.
    template <class Member>
    class Row : public Key {
    public:
        using SchemaRow = typename Schema<Options>::template Row<Member>;

        Row(Key key, std::optional<SchemaRow> row) : Key(std::move(key)), row_(std::move(row)) {}

        Row& range(Member least, Member most) {
            if (row_) row_->range(std::move(least), std::move(most));
            return *this;
        }
        Row& required() {
            if (row_) row_->required();
            return *this;
        }
        Row& mayBeEmpty() {
            if (row_) row_->mayBeEmpty();
            return *this;
        }

    private:
        std::optional<SchemaRow> row_;
    };

    // Fills nothing: for its marks alone.
    OptionTable() = default;
    // Lifetime: the schema outlives the table.
    explicit OptionTable(Schema<Options>& schema) : schema_(&schema) {}

    // As Schema's, for a member of Options or of a base of it.
    template <class Part, class Member>
    Row<Member> field(const std::string& key, Member Part::*member, std::string help) {
        std::optional<typename Row<Member>::SchemaRow> row;
        if (schema_) row.emplace(schema_->template field<Member>(key, member, std::move(help)));
        return {Key(key, marks_), std::move(row)};
    }
    template <class Part, class Enum>
    Key choice(const std::string& key, Enum Part::*member,
               const std::vector<std::pair<std::string, std::type_identity_t<Enum>>>& names,
               std::string help) {
        if (schema_) schema_->template choice<Enum>(key, member, names, std::move(help));
        return {key, marks_};
    }

    [[nodiscard]] const KeyMarks& marks() const noexcept { return marks_; }

private:
    Schema<Options>* schema_ = nullptr;
    KeyMarks marks_;
};

}  // namespace berth::host
