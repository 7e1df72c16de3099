// host/listen/socket_owner.h - to whom the file of a Unix socket is given: `USER`, `USER:GROUP` or
// `:GROUP`, each a name or a number.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "berth/setting_types.h"

namespace berth::host {

// What is not given stays as it is made.
struct SocketOwner {
    std::string text;  // as written; empty: neither
    std::optional<uid_t> user;
    std::optional<gid_t> group;

    bool operator==(const SocketOwner&) const = default;
};

}  // namespace berth::host

namespace berth {

template <>
struct ValueCodec<host::SocketOwner> {
    static host::SocketOwner parse(ValueSource source);
    static std::string format(const host::SocketOwner& owner) { return owner.text; }
    static std::string typeName() { return "user and group"; }
};

}  // namespace berth
