// host/listen/listener.cpp
#include "host/listen/listener.h"

#include <sys/stat.h>
#include <unistd.h>

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
                   const InheritedSockets& inherited)
    : wanted_(wanted),
      socket_(openFor(wanted, options, inherited)),
      bound_(boundAddress(socket_.impl()->sockfd())) {
    if (wanted_.kind == ListenAddress::Kind::Unix) inode_ = inodeOf(wanted_.path);
}

Listener::~Listener() {
    if (inode_ != 0 && inodeOf(wanted_.path) == inode_) ::unlink(wanted_.path.c_str());
}

void Listener::retune(const ListenOptions& options) {
    retuneSocket(bound_, socket_.impl()->sockfd(), options);
}

}  // namespace berth::host
