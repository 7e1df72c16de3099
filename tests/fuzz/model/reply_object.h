// tests/fuzz/model/reply_object.h - a reply of the upload protocol: one JSON object on one line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/model/expected.h"
#include "fuzz/model/json.h"

namespace berth::fuzz {

class ReplyObject {
public:
    explicit ReplyObject(int status);

    ReplyObject& text(std::string name, std::string value);
    ReplyObject& number(std::string name, std::uint64_t value);
    ReplyObject& flag(std::string name, bool value);

    // These members in this order and no others. A refusal has a message for people, too.
    void expect(Expected& expected) const;

private:
    ReplyObject& add(std::string name, Json value);

    int status_;
    Json object_;
};

}  // namespace berth::fuzz
