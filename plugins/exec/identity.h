// plugins/exec/identity.h - the user and the groups that commands run with.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace berth::exec {

// Numbers only, looked up before a child exists: a child of a program with threads may not ask
// the user database.
struct Identity {
    uid_t user = 0;
    gid_t group = 0;
    std::vector<gid_t> groups;  // supplementary ones
};

// Looks up "user" or "user:group", each a name or a number. The text tells what is unknown.
[[nodiscard]] std::variant<Identity, std::string> findIdentity(std::string_view runAs);

}  // namespace berth::exec
