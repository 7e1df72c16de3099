// host/listen/listener.h - one open listening address of a service or of the control port.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "berth/units.h"
#include "host/config/listen_address.h"
#include "host/listen/accepting_socket.h"
#include "host/listen/inherited_sockets.h"

namespace berth::host {

// Why an address could not be opened, as one line that names the address.
class ListenError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct ListenOptions {
    int backlog = 511;
    ByteCount receiveBuffer{};  // 0: the kernel's choice
    ByteCount sendBuffer{};
    bool nodelay = true;  // of accepted TCP sockets
    bool keepalive = true;
    unsigned unixMode = 0666;  // permissions of a Unix socket's file
};

// Listens from its construction on; the kernel's backlog holds clients until somebody accepts.
// A Unix socket's file is removed when the listener is destroyed. A stale one, left by a process
// that died, is replaced; one that answers is an error.
//
// Threads: the socket is the acceptor's; the rest never changes.
class Listener {
public:
    // `owner` tells apart those who want the same address with port 0: a socket that another
    // process passed on goes to its owner. Until `inherited` is confirmed, nobody is accepted
    // before socket().accepting().release().
    // Throws: ListenError.
    Listener(const ListenAddress& wanted, const ListenOptions& options,
             const InheritedSockets& inherited, std::string_view owner = {});
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener();

    [[nodiscard]] const AcceptingSocket& socket() const noexcept { return socket_; }
    // Puts another backlog and other socket options in force, for clients from now on.
    // Throws: ListenError.
    void retune(const ListenOptions& options);
    // Takes no client any more, in no process that has the socket: connecting is refused, and those
    // who wait in the kernel are reset. For good: while it is bound, another can listen there.
    void stopListening() noexcept;
    // The socket was passed on: the file of a Unix socket is another process's from here on.
    void leaveFile() noexcept { inode_ = 0; }

    // As the configuration asked for it.
    [[nodiscard]] const ListenAddress& wanted() const noexcept { return wanted_; }
    // As it is bound: a port 0 is resolved.
    [[nodiscard]] const ListenAddress& bound() const noexcept { return bound_; }

private:
    Listener(const ListenAddress& wanted, std::optional<PassedSockets::Socket> passed,
             const ListenOptions& options, const InheritedSockets& inherited);

    ListenAddress wanted_;
    std::shared_ptr<const std::atomic<bool>> confirmed_;  // null: not passed on by another process
    AcceptingSocket socket_;
    ListenAddress bound_;
    std::atomic<std::uint64_t> inode_{0};  // of the Unix socket's file: only our own is removed
};

}  // namespace berth::host
