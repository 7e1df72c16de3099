// host/listen/listener.h - one open listening address of a service or of the control port.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string_view>

#include "host/listen/accepting_socket.h"
#include "host/listen/inherited_sockets.h"
#include "host/listen/listen_error.h"
#include "host/listen/listen_options.h"
#include "host/listen/socket_file.h"
#include "host/net/listen_address.h"

namespace berth::host {

// Whether a new listener may be on a port that listeners have which share it.
enum class PortUse { Alone, Shared };

// Listens from its construction on; the kernel's backlog holds clients until somebody accepts.
// A Unix socket's file is removed when the listener is destroyed. One that a process of this user
// left when it died is replaced; anything else at the path is an error, and stays.
//
// Threads: the socket is the acceptor's; the rest never changes.
class Listener {
public:
    // `owner` tells apart those who want the same address with port 0: a socket that another
    // process passed on goes to its owner. Until `inherited` is confirmed, nobody is accepted
    // before socket().accepting().release().
    // Throws: ListenError.
    Listener(const ListenAddress& wanted, const ListenOptions& options,
             const InheritedSockets& inherited, std::string_view owner = {},
             PortUse use = PortUse::Alone);
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener();

    [[nodiscard]] const AcceptingSocket& socket() const noexcept { return socket_; }
    // Puts another backlog and other socket options in force, for clients from now on.
    // Throws: ListenError.
    void retune(const ListenOptions& options);
    // Lets another listener of this user open on its port, with PortUse::Shared.
    void sharePort(bool share) noexcept;
    // Takes no client any more, in no process that has the socket: connecting is refused, and those
    // who wait in the kernel are reset. For good: while it is bound, another can listen there.
    void stopListening() noexcept;
    // The socket was passed on: the file of a Unix socket is another process's from here on.
    void leaveFile() noexcept { file_.leave(); }

    // As the configuration asked for it.
    [[nodiscard]] const ListenAddress& wanted() const noexcept { return wanted_; }
    // As it is bound: a port 0 is resolved.
    [[nodiscard]] const ListenAddress& bound() const noexcept { return bound_; }
    // Whether it is what a configuration with that address wants.
    [[nodiscard]] bool isAt(const ListenAddress& address) const noexcept;
    // Whether it must go before that address can be listened on, unless it shares its port.
    [[nodiscard]] bool isInTheWayOf(const ListenAddress& address) const noexcept;

private:
    Listener(const ListenAddress& wanted, std::optional<PassedSockets::Socket> passed,
             const ListenOptions& options, const InheritedSockets& inherited, PortUse use);

    ListenAddress wanted_;
    std::shared_ptr<const std::atomic<bool>> confirmed_;  // null: not passed on by another process
    AcceptingSocket socket_;
    ListenAddress bound_;
    SocketFile file_;
};

}  // namespace berth::host
