// host/control/caller.h - who is at the other end of a control connection.
#pragma once

#include <Poco/Net/StreamSocket.h>
#include <sys/types.h>

#include <string>

namespace berth::host::control {

struct Caller {
    bool local = false;  // over a Unix socket: the kernel vouches for uid and pid
    uid_t uid = 0;
    pid_t pid = 0;
    std::string address;  // over TCP: "127.0.0.1:51234"
    std::string source;   // over TCP: the same without the port

    // As the audit log has it: "uid 1000 pid 4242", "tcp 127.0.0.1:51234".
    [[nodiscard]] std::string describe() const;
    // Local and the host's own user or root.
    [[nodiscard]] bool trusted() const;
};

// Throws: Poco::Net::NetException, std::system_error when the client is gone already.
[[nodiscard]] Caller identify(const Poco::Net::StreamSocket& socket, bool local);

}  // namespace berth::host::control
