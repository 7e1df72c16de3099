// host/listen/socket_owner.cpp
#include "host/listen/socket_owner.h"

#include "berth/detail/accounts.h"

namespace berth {

host::SocketOwner ValueCodec<host::SocketOwner>::parse(ValueSource source) {
    const auto colon = source.text.find(':');
    const std::string user(source.text.substr(0, colon));
    host::SocketOwner owner{.text = std::string(source.text), .user = {}, .group = {}};
    if (!user.empty()) {
        const auto found = detail::findUser(user);
        if (!found) throw ValueError("there is no user \"" + user + '"', 0, user.size());
        owner.user = found->id;
    }
    if (colon == std::string_view::npos) return owner;
    const std::string group(source.text.substr(colon + 1));
    if (group.empty()) throw ValueError("the group behind \":\" is missing", colon, 1);
    owner.group = detail::findGroup(group);
    if (!owner.group) {
        throw ValueError("there is no group \"" + group + '"', colon + 1, group.size());
    }
    return owner;
}

}  // namespace berth
