// plugins/exec/identity.cpp
#include "exec/identity.h"

#include <grp.h>
#include <pwd.h>

#include <charconv>
#include <system_error>

namespace berth::exec {
namespace {

struct User {
    std::string name;
    uid_t id;
    gid_t group;
};

template <class Id>
std::optional<Id> parseId(const std::string& text) {
    Id id{};
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, id);
    if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
    return id;
}

// Calls a getXXX_r function with a buffer that is large enough; null when there is no entry.
template <class Entry, class Lookup>
const Entry* lookUp(Entry& entry, std::vector<char>& buffer, const Lookup& lookup) {
    buffer.resize(1024);
    for (;;) {
        Entry* found = nullptr;
        if (lookup(&entry, buffer.data(), buffer.size(), &found) != ERANGE) return found;
        buffer.resize(buffer.size() * 2);
    }
}

std::optional<User> findUser(const std::string& text) {
    passwd entry{};
    std::vector<char> buffer;
    const auto* found =
        lookUp(entry, buffer, [&](auto... rest) { return ::getpwnam_r(text.c_str(), rest...); });
    if (found == nullptr) {
        const auto id = parseId<uid_t>(text);
        if (!id) return std::nullopt;
        found = lookUp(entry, buffer, [&](auto... rest) { return ::getpwuid_r(*id, rest...); });
    }
    if (found == nullptr) return std::nullopt;
    return User{found->pw_name, found->pw_uid, found->pw_gid};
}

std::optional<gid_t> findGroup(const std::string& text) {
    group entry{};
    std::vector<char> buffer;
    const auto* found =
        lookUp(entry, buffer, [&](auto... rest) { return ::getgrnam_r(text.c_str(), rest...); });
    if (found != nullptr) return found->gr_gid;
    return parseId<gid_t>(text);
}

std::vector<gid_t> groupsOf(const User& user, gid_t primary) {
    std::vector<gid_t> groups(16);
    auto count = static_cast<int>(groups.size());
    while (::getgrouplist(user.name.c_str(), primary, groups.data(), &count) < 0) {
        groups.resize(static_cast<std::size_t>(count));
    }
    groups.resize(static_cast<std::size_t>(count));
    return groups;
}

}  // namespace

std::variant<Identity, std::string> findIdentity(std::string_view runAs) {
    const auto colon = runAs.find(':');
    const std::string userText(runAs.substr(0, colon));
    const auto user = findUser(userText);
    if (!user) return "there is no user \"" + userText + '"';
    auto groupId = user->group;
    if (colon != std::string_view::npos) {
        const std::string groupText(runAs.substr(colon + 1));
        const auto found = findGroup(groupText);
        if (!found) return "there is no group \"" + groupText + '"';
        groupId = *found;
    }
    return Identity{user->id, groupId, groupsOf(*user, groupId)};
}

}  // namespace berth::exec
