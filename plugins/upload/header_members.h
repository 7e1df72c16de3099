// plugins/upload/header_members.h - the members of a JSON object, without any of the conversions
// that a JSON library does for convenience.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>

namespace berth::upload {

// A number that is no integer of 0 to 2^63-1, and each value that is no number, text or boolean.
struct OtherValue {};

using MemberValue = std::variant<OtherValue, bool, std::uint64_t, std::string>;
using Members = std::map<std::string, MemberValue, std::less<>>;

// The members of the outermost object.
// Throws: Refusal, bad-json for text that is not one object, whatever numbers it holds, and for a
// name that comes twice, bad-request for a number that the library cannot hold.
[[nodiscard]] Members parseMembers(std::string_view text);

}  // namespace berth::upload
