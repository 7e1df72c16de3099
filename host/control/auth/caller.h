// host/control/auth/caller.h - who is at the other end of a control connection.
#pragma once

#include <Poco/Net/StreamSocket.h>
#include <sys/types.h>

#include <string>

namespace berth::host::control {

// What decides whether a client may control the host.
enum class Admittance {
    Token,    // over TCP
    OwnUser,  // a Unix socket: the host's own user, and root
    File,     // a Unix socket whose file was opened to others: whoever could connect
};

struct Caller {
    bool local = false;     // over a Unix socket: the kernel vouches for uid and pid
    bool admitted = false;  // local, and the socket's file decides
    uid_t uid = 0;
    pid_t pid = 0;
    std::string address;    // over TCP: "127.0.0.1:51234"
    std::string source;     // over TCP: whose it is: the same without the port, or an IPv6 /64
    bool loopback = false;  // over TCP: from this machine

    // As the audit log has it: "uid 1000 pid 4242", "tcp 127.0.0.1:51234".
    [[nodiscard]] std::string describe() const;
    // Local, and whoever the socket is for.
    [[nodiscard]] bool trusted() const;
};

// Throws: Poco::Net::NetException, std::system_error when the client is gone already.
[[nodiscard]] Caller identify(const Poco::Net::StreamSocket& socket, Admittance admittance);

}  // namespace berth::host::control
