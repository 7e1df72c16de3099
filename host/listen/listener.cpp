// host/listen/listener.cpp
#include "host/listen/listener.h"

#include <sys/socket.h>
#include <unistd.h>

#include <system_error>
#include <utility>

#include "host/listen/open_socket.h"

namespace berth::host {
namespace {

UniqueFd openFor(const ListenAddress& address, const ListenOptions& options,
                 const InheritedSockets& inherited, PortUse use) {
    switch (address.kind) {
        case ListenAddress::Kind::Unix:
            return openUnix(address, options);
        case ListenAddress::Kind::Systemd:
            return openInherited(address, options, inherited);
        case ListenAddress::Kind::Tcp:
            break;
    }
    return openTcp(address, options, use);
}

std::filesystem::path fileOf(const ListenAddress& address) {
    return address.hasFile() ? address.path : std::filesystem::path();
}

}  // namespace

Listener::Listener(const ListenAddress& wanted, const ListenOptions& options,
                   const InheritedSockets& inherited, std::string_view owner, PortUse use)
    : Listener(wanted, inherited.passed().take(wanted, owner), options, inherited, use) {}

Listener::Listener(const ListenAddress& wanted, std::optional<PassedSockets::Socket> passed,
                   const ListenOptions& options, const InheritedSockets& inherited, PortUse use) try
    : wanted_(wanted),
      confirmed_(passed ? passed->confirmed : nullptr),
      socket_(passed ? std::move(passed->socket) : openFor(wanted, options, inherited, use)),
      bound_(boundAddress(socket_.impl()->sockfd())),
      file_(fileOf(wanted)) {
    if (!inherited.passed().confirmed()) socket_.accepting().hold();
} catch (const std::system_error& error) {
    if (!passed && wanted.hasFile()) ::unlink(wanted.path.c_str());  // it was just made
    throw ListenError("cannot listen on " + toString(wanted) + ": " + error.what());
}

Listener::~Listener() {
    if (confirmed_ && !*confirmed_) file_.leave();  // it is still that of the other process
}

// Closing it is left to the acceptor, which may be using it.
void Listener::stopListening() noexcept {
    ::shutdown(socket_.impl()->sockfd(), SHUT_RDWR);
}

void Listener::sharePort(bool share) noexcept {
    const int value = share ? 1 : 0;
    ::setsockopt(socket_.impl()->sockfd(), SOL_SOCKET, SO_REUSEPORT, &value, sizeof value);
}

bool Listener::isAt(const ListenAddress& address) const noexcept {
    const bool chosenPort = wanted_.kind == ListenAddress::Kind::Tcp && wanted_.port == 0;
    return wanted_ == address || (chosenPort && bound_ == address);
}

bool Listener::isInTheWayOf(const ListenAddress& address) const noexcept {
    const auto tcp = ListenAddress::Kind::Tcp;
    return address.kind == tcp && wanted_.kind == tcp && address.port == bound_.port &&
           hostsClash(address, bound_);
}

void Listener::retune(const ListenOptions& options) {
    retuneSocket(bound_, socket_.impl()->sockfd(), options);
    try {
        file_.grant(options.socketMode, options.socketOwner);
    } catch (const std::system_error& error) {
        throw ListenError("cannot listen on " + toString(wanted_) + ": " + error.what());
    }
}

}  // namespace berth::host
