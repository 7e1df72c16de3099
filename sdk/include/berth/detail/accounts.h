// berth/detail/accounts.h - users and groups of this machine, by name or number.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "berth/api.h"

namespace berth::detail {

struct User {
    std::string name;
    uid_t id = 0;
    gid_t group = 0;
};

// Threads: any; but not in a child between fork() and exec().
// Throws:  std::system_error when the database could not be asked.
[[nodiscard]] BERTH_API std::optional<User> findUser(const std::string& nameOrNumber);
// A number needs no entry in the database.
[[nodiscard]] BERTH_API std::optional<gid_t> findGroup(const std::string& nameOrNumber);

}  // namespace berth::detail
