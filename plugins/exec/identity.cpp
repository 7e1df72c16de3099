// plugins/exec/identity.cpp
#include "exec/identity.h"

#include <grp.h>

#include <system_error>

#include "berth/detail/accounts.h"

namespace berth::exec {
namespace {

std::vector<gid_t> groupsOf(const detail::User& user, gid_t primary) {
    std::vector<gid_t> groups(16);
    auto count = static_cast<int>(groups.size());
    while (::getgrouplist(user.name.c_str(), primary, groups.data(), &count) < 0) {
        groups.resize(static_cast<std::size_t>(count));
    }
    groups.resize(static_cast<std::size_t>(count));
    return groups;
}

std::variant<Identity, std::string> lookUpIdentity(std::string_view runAs) {
    const auto colon = runAs.find(':');
    const std::string userText(runAs.substr(0, colon));
    const auto user = detail::findUser(userText);
    if (!user) return "there is no user \"" + userText + '"';
    auto groupId = user->group;
    if (colon != std::string_view::npos) {
        const std::string groupText(runAs.substr(colon + 1));
        const auto found = detail::findGroup(groupText);
        if (!found) return "there is no group \"" + groupText + '"';
        groupId = *found;
    }
    return Identity{user->id, groupId, groupsOf(*user, groupId)};
}

}  // namespace

std::variant<Identity, std::string> findIdentity(std::string_view runAs) {
    try {
        return lookUpIdentity(runAs);
    } catch (const std::system_error& error) {
        return "cannot look up \"" + std::string(runAs) + "\": " + error.code().message();
    }
}

}  // namespace berth::exec
