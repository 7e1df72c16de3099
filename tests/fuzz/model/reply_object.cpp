// tests/fuzz/model/reply_object.cpp
#include "fuzz/model/reply_object.h"

#include <algorithm>
#include <utility>

namespace berth::fuzz {
namespace {

constexpr int kFirstRefusal = 400;

// Takes the message off the object.
bool takeMessage(Json& object) {
    const auto found = std::ranges::find(object.names, "message");
    if (found == object.names.end()) return false;
    const auto value = object.items.begin() + (found - object.names.begin());
    const bool good = !value->text.empty();
    object.items.erase(value);
    object.names.erase(found);
    return good;
}

}  // namespace

ReplyObject::ReplyObject(int status) : status_(status) {
    object_.kind = Json::Kind::Object;
    number("status", static_cast<std::uint64_t>(status));
}

ReplyObject& ReplyObject::add(std::string name, Json value) {
    object_.names.push_back(std::move(name));
    object_.items.push_back(std::move(value));
    return *this;
}

ReplyObject& ReplyObject::text(std::string name, std::string value) {
    return add(std::move(name), {.kind = Json::Kind::Text, .text = std::move(value)});
}

ReplyObject& ReplyObject::number(std::string name, std::uint64_t value) {
    return add(std::move(name), {.kind = Json::Kind::Number, .text = std::to_string(value)});
}

ReplyObject& ReplyObject::flag(std::string name, bool value) {
    return add(std::move(name), {.kind = value ? Json::Kind::True : Json::Kind::False});
}

void ReplyObject::expect(Expected& expected) const {
    std::string what = "a reply with";
    for (const auto& value : object_.items) what += ' ' + value.text;
    expected.add(std::move(what), [object = object_, status = status_](std::string_view& written) {
        std::string_view line;
        if (!takeLine(written, line)) return false;
        auto reply = parseJson(line);
        if (!reply || (status >= kFirstRefusal && !takeMessage(*reply))) return false;
        return *reply == object;
    });
}

}  // namespace berth::fuzz
