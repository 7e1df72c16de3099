// plugins/upload/request.cpp
#include "upload/request.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

#include "upload/header_members.h"
#include "upload/refusal.h"

namespace berth::upload {
namespace {

constexpr std::size_t kSha256Digits = 64;

// Clients that know one of these end their headers with a line end, whatever the value.
constexpr std::array<std::string_view, 3> kLineMembers{"sha256", "offset", "ack"};

[[noreturn]] void refuseRequest(const std::string& why) {
    throw Refusal(RefusalCode::BadRequest, why);
}

// The member of that name, or null. `Value` says what it must be.
template <class Value>
const Value* find(const Members& members, std::string_view name, std::string_view what) {
    const auto member = members.find(name);
    if (member == members.end()) return nullptr;
    const auto* value = std::get_if<Value>(&member->second);
    if (value == nullptr) {
        refuseRequest("\"" + std::string(name) + "\" must be " + std::string(what));
    }
    return value;
}

const std::uint64_t* findInteger(const Members& members, std::string_view name) {
    return find<std::uint64_t>(members, name, "an integer of 0 to 9223372036854775807");
}

template <class Value>
const Value& required(const Value* value, std::string_view name) {
    if (value == nullptr) refuseRequest("\"" + std::string(name) + "\" is missing");
    return *value;
}

Action actionNamed(const std::string& name) {
    if (name == "put") return Action::Put;
    if (name == "stat") return Action::Stat;
    refuseRequest("\"action\" must be \"put\" or \"stat\"");
}

std::string lowerCaseDigest(std::string digest) {
    const auto isDigit = [](unsigned char c) { return std::isxdigit(c) != 0; };
    if (digest.size() != kSha256Digits || !std::ranges::all_of(digest, isDigit)) {
        refuseRequest("\"sha256\" must be 64 hexadecimal digits");
    }
    std::ranges::transform(digest, digest.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return digest;
}

void readPut(const Members& members, Request& request) {
    request.fileSize = required(findInteger(members, "file_size"), "file_size");
    if (const auto* offset = findInteger(members, "offset")) request.offset = *offset;
    if (const auto* digest = find<std::string>(members, "sha256", "a text")) {
        request.sha256 = lowerCaseDigest(*digest);
    }
    if (const auto* yes = find<bool>(members, "ack", "true or false")) request.acknowledge = *yes;
    if (request.offset.value_or(0) > request.fileSize) {
        refuseRequest("\"offset\" is beyond \"file_size\"");
    }
}

}  // namespace

Request parseRequest(std::string_view header) {
    const auto members = parseMembers(header);
    Request request;
    request.endsALine = std::ranges::any_of(
        kLineMembers, [&](std::string_view name) { return members.contains(name); });
    request.action =
        actionNamed(required(find<std::string>(members, "action", "a text"), "action"));
    request.filename = required(find<std::string>(members, "filename", "a text"), "filename");
    if (request.action == Action::Put) readPut(members, request);
    return request;
}

}  // namespace berth::upload
