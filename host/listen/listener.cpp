// host/listen/listener.cpp
#include "host/listen/listener.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "host/listen/open_socket.h"

namespace berth::host {
namespace {

UniqueFd openFor(const ListenAddress& address, const ListenOptions& options,
                 const InheritedSockets& inherited) {
    switch (address.kind) {
        case ListenAddress::Kind::Unix:
            return openUnix(address, options);
        case ListenAddress::Kind::Systemd:
            return openInherited(address, options, inherited);
        case ListenAddress::Kind::Tcp:
            break;
    }
    return openTcp(address, options);
}

std::uint64_t inodeOf(const std::filesystem::path& path) noexcept {
    struct stat found {};
    return ::lstat(path.c_str(), &found) == 0 ? found.st_ino : 0;
}

}  // namespace

Listener::Listener(const ListenAddress& wanted, const ListenOptions& options,
                   const InheritedSockets& inherited, std::string_view owner)
    : Listener(wanted, inherited.passed().take(wanted, owner), options, inherited) {}

Listener::Listener(const ListenAddress& wanted, std::optional<PassedSockets::Socket> passed,
                   const ListenOptions& options, const InheritedSockets& inherited)
    : wanted_(wanted),
      confirmed_(passed ? passed->confirmed : nullptr),
      socket_(passed ? std::move(passed->socket) : openFor(wanted, options, inherited)),
      bound_(boundAddress(socket_.impl()->sockfd())) {
    if (wanted_.kind == ListenAddress::Kind::Unix) inode_ = inodeOf(wanted_.path);
    if (!inherited.passed().confirmed()) socket_.accepting().hold();
}

Listener::~Listener() {
    if (confirmed_ && !*confirmed_) return;  // the file is still that of the other process
    const std::uint64_t inode = inode_;
    if (inode != 0 && inodeOf(wanted_.path) == inode) ::unlink(wanted_.path.c_str());
}

// Closing it is left to the acceptor, which may be using it.
void Listener::stopListening() noexcept {
    ::shutdown(socket_.impl()->sockfd(), SHUT_RDWR);
}

void Listener::retune(const ListenOptions& options) {
    retuneSocket(bound_, socket_.impl()->sockfd(), options);
}

}  // namespace berth::host
