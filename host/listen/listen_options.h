// host/listen/listen_options.h - the keys of listening sockets, and of those that they accept.
#pragma once

#include <cstdint>

#include "berth/file_mode.h"
#include "berth/units.h"
#include "host/base/option_table.h"
#include "host/listen/socket_owner.h"

namespace berth::host {

struct ListenOptions {
    int backlog = 511;
    ByteCount receiveBuffer{};  // 0: the kernel's choice
    ByteCount sendBuffer{};
    bool nodelay = true;  // of accepted TCP sockets
    bool keepalive = true;
    FileMode socketMode{0660};  // of the files of Unix sockets
    SocketOwner socketOwner{};

    // In the reference the keys of other structs stand between these.
    template <class Options>
    static void describeFile(OptionTable<Options>& table);
    template <class Options>
    static void describeBacklog(OptionTable<Options>& table);
    template <class Options>
    static void describeSockets(OptionTable<Options>& table);

    bool operator==(const ListenOptions&) const = default;
};

template <class Options>
void ListenOptions::describeFile(OptionTable<Options>& table) {
    table.field("socket_mode", &ListenOptions::socketMode,
                "Who may connect to a Unix socket of `listen`: the mode of its file.");
    table.field("socket_owner", &ListenOptions::socketOwner,
                "To whom that file is given: `USER`, `USER:GROUP` or `:GROUP`. Not given: the "
                "host's own user.");
}

template <class Options>
void ListenOptions::describeBacklog(OptionTable<Options>& table) {
    table
        .field("backlog", &ListenOptions::backlog,
               "Connections that the kernel keeps until they are accepted.")
        .range(1, 65535);
}

template <class Options>
void ListenOptions::describeSockets(OptionTable<Options>& table) {
    constexpr ByteCount kLargestBuffer{std::uint64_t{1} << 30};
    table.field("nodelay", &ListenOptions::nodelay, "Sends small writes at once (TCP_NODELAY).")
        .live();
    table
        .field("keepalive", &ListenOptions::keepalive,
               "Lets the kernel find clients that went away silently (SO_KEEPALIVE).")
        .live();
    table
        .field("receive_buffer", &ListenOptions::receiveBuffer,
               "The kernel's buffer for bytes received. 0: the kernel's choice.")
        .range(ByteCount{0}, kLargestBuffer);
    table
        .field("send_buffer", &ListenOptions::sendBuffer,
               "The kernel's buffer for bytes to send. 0: the kernel's choice.")
        .range(ByteCount{0}, kLargestBuffer);
}

}  // namespace berth::host
